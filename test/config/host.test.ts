import { describe, expect, test } from 'vitest';
import { hostProblem, networkProblem, writtenHostOf } from '../../config/host.ts';
import { uplinkUrlProblem } from '../../config/uplink-url.ts';
import { type CheckReason, checkText } from '../../contract/words/check/check.ts';
import { changed, goodSite, problemsOf } from './site-text.ts';

describe('a host', () => {
  test.each([
    '192.168.0.10',
    '0.0.0.0',
    '255.255.255.255',
    'gateway',
    'gateway.local',
    'gateway.local.',
    'plc_3',
    '10-0-0-1.example',
    '3com',
    '10.example',
    '0x10.example',
    'deadbeef',
    '::',
    '::1',
    'fe80::1%eth0',
    '::ffff:192.168.0.10',
  ])('may be %s', (host) => expect(hostProblem(host)).toBeUndefined());

  test.each([
    ['127.000.000.010', 'did you mean 127.0.0.10?'],
    ['192.168.0.010', 'did you mean 192.168.0.10?'],
    ['010.1.1.1', 'did you mean 10.1.1.1?'],
    ['192.168.0.08', 'did you mean 192.168.0.8?'],
    ['192.168.0.10.', 'did you mean 192.168.0.10?'],
    ['127.0.0.300', 'and 300 is none'],
    ['999.1.1.1', 'and 999 is none'],
    ['127.1', 'write it in full'],
    ['192.168.10', 'write it in full'],
    ['1.2.3.4.5', 'write it in full'],
    ['192.168..10', 'write it in full'],
    ['.192.168.0.10', 'write it in full'],
    ['3232235530', 'write it in full'],
    ['0x7f000001', 'write it in full'],
    ['0x7f.0.0.0x1', 'write it in full'],
    ['::ffff:192.168.0.010', 'did you mean ::ffff:192.168.0.10?'],
    ['1:2:3', 'this is no IPv6 address'],
    [':::', 'this is no IPv6 address'],
    ['192.168.0.10:502', 'its port is said by `port`'],
    ['a b', 'a host is a name or an address alone'],
    ['-a', 'a host is a name or an address alone'],
    ['', 'a host is a name or an address alone'],
  ])('is never %j, which a resolver may take for another machine or for none', (host, says) =>
    expect(en(hostProblem(host))).toContain(says),
  );
});

test.each([
  ['10.0.0.0/24', undefined],
  ['2001:db8::/32', undefined],
  ['127.0.0.1', undefined],
  ['127.0.0.010', 'did you mean 127.0.0.10?'],
  ['010.0.0.0/8', 'did you mean 10.0.0.0?'],
  ['10.0.0.0/33', 'or a network such as'],
  ['10.0.0.0/024', 'or a network such as'],
  ['10.0.0.0/', 'or a network such as'],
  ['10.0.0.0/8/8', 'or a network such as'],
  ['proxy.local', 'or a network such as'],
])('of the network %s is said: %s', (text, says) => {
  const problem = networkProblem(text);
  if (says === undefined) expect(problem).toBeUndefined();
  else expect(en(problem)).toContain(says);
});

test.each([
  ['http://127.0.0.010:80/x', '127.0.0.010'],
  ['mqtts://user@gateway.local:8883', 'gateway.local'],
  ['https://[::1]:8443/a?b', '::1'],
  ['https://[::1]', '::1'],
  ['https://1.2.3.4#x', '1.2.3.4'],
  ['mqtt://', ''],
  ['gateway:1883', null],
])('the host of %s is read as it was written: %s', (url, host) => expect(writtenHostOf(url)).toBe(host));

test.each([
  ['mqtts://192.168.000.020:8883', 'did you mean 192.168.0.20?'],
  ['mqtts://192.168.0.300', 'and 300 is none'],
  ['mqtts://10.1:8883', 'write it in full'],
  ['mqtts://[::1]:8883', undefined],
  ['mqtts://gateway.local', undefined],
])('of the uplink %s is said: %s', (url, says) => {
  const problem = uplinkUrlProblem(url);
  if (says === undefined) expect(problem).toBeUndefined();
  else expect(en(problem)).toContain(says);
});

function en(reason: CheckReason | undefined): string | undefined {
  return reason && checkText(reason).en;
}

const withGateway = (gateway: string) => changed('site: test', `site: test\ngateway: ${gateway}`);
const padded = '"192.168.000.010": an IPv4 address is four numbers, 0–255, without leading zeros';

test.each([
  ['a bus', changed('host: 192.0.2.7', 'host: 192.168.000.010'), '15:15 agents.0.buses.1.host'],
  [
    'a converter',
    changed(
      'kind: modbus-tcp\n        host: 192.0.2.7',
      'kind: modbus-rtu-over-tcp\n        host: 192.168.000.010\n        port: 4196',
    ),
    '15:15 agents.0.buses.1.host',
  ],
  ['an uplink', changed('mqtt://127.0.0.1:1883', 'mqtts://192.168.000.010:8883'), '5:20 agents.0.uplink.url'],
  ['a listener', withGateway('{ mqtt: { bind: 192.168.000.010, insecure: true } }'), '2:26 gateway.mqtt.bind'],
  ['a listener with TLS', withGateway('{ http: { tls: { bind: 192.168.000.010 } } }'), '2:33 gateway.http.tls.bind'],
  ['a name of the gateway', withGateway('{ names: [192.168.000.010] }'), '2:20 gateway.names.0'],
  ['a proxy', withGateway('{ http: { proxies: [192.168.000.010] } }'), '2:30 gateway.http.proxies.0'],
])('a padded address of %s is refused with the one that was meant', (_, text, at) => {
  const said = problemsOf(text).filter((problem) => problem.startsWith(at));
  expect(said).toEqual([`${at}: ${padded}, which here would be read as octal; did you mean 192.168.0.10?`]);
});

test('the good site says nothing of its addresses', () => expect(problemsOf(goodSite)).toEqual([]));
