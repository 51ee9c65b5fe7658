import { describe, expect, test } from 'vitest';
import { uplinkUrlProblem } from '../../config/uplink-url.ts';
import { hostProblem, networkProblem, peerProblem, urlPeerProblem, writtenHostOf } from '../../contract/host.ts';
import { type CheckReason, checkText } from '../../contract/words/check/check.ts';

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
    ['gateway..local', 'a host is a name or an address alone'],
    ['a b', 'a host is a name or an address alone'],
    ['-a', 'a host is a name or an address alone'],
    ['', 'a host is a name or an address alone'],
  ])('is never %j, which a resolver may take for another machine or for none', (host, says) =>
    expect(en(hostProblem(host))).toContain(says),
  );
});

test.each([
  '0.0.0.0',
  '0.1.2.3',
  '224.0.0.1',
  '239.1.1.1',
  '255.255.255.255',
  '::',
  '0::0',
  'ff02::1',
  '::ffff:0.0.0.0',
])('no single machine is at %s', (host) => {
  expect(hostProblem(host)).toBeUndefined();
  expect(en(peerProblem(host))).toContain('no single machine has this address');
  expect(urlPeerProblem(host.includes(':') ? `http://[${host}]:80/x` : `nats://${host}`)).toEqual(peerProblem(host));
});

test.each(['10.0.0.1', '127.0.0.1', '223.255.255.254', '::1', 'fe80::1%eth0', '::ffff:10.0.0.1', 'ff02.example'])(
  'a machine may be at %s',
  (host) => expect(peerProblem(host)).toBeUndefined(),
);

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
