import { expect, test } from 'vitest';
import { changed, goodSite, problemsOf } from './site-text.ts';

const withGateway = (gateway: string) => changed('site: test', `site: test\ngateway: ${gateway}`);
const withNotify = (notify: string) => withGateway(`{ notify: ${notify} }`);
const owner = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
const padded = '"192.168.000.010": an IPv4 address is four numbers, 0–255, without leading zeros';

test.each([
  ['a bus', changed('host: 192.0.2.7', 'host: 192.168.000.010'), 'agents.0.buses.1.host'],
  [
    'a converter',
    changed(
      'kind: modbus-tcp\n        host: 192.0.2.7',
      'kind: modbus-rtu-over-tcp\n        host: 192.168.000.010\n        port: 4196',
    ),
    'agents.0.buses.1.host',
  ],
  ['an uplink', changed('mqtt://127.0.0.1:1883', 'mqtts://192.168.000.010:8883'), 'agents.0.uplink.url'],
  ['a listener', withGateway('{ mqtt: { bind: 192.168.000.010, insecure: true } }'), 'gateway.mqtt.bind'],
  ['a listener with TLS', withGateway('{ http: { tls: { bind: 192.168.000.010 } } }'), 'gateway.http.tls.bind'],
  ['a name of the gateway', withGateway('{ names: [192.168.000.010] }'), 'gateway.names.0'],
  ['a proxy', withGateway('{ http: { proxies: [192.168.000.010] } }'), 'gateway.http.proxies.0'],
  ['a mail server', withNotify('{ email: { host: 192.168.000.010, from: a@b.example } }'), 'gateway.notify.email.host'],
  [
    'an adapter for SMS',
    withNotify('{ sms: { url: "http://192.168.000.010/x", tokenFile: t, from: "1" } }'),
    'gateway.notify.sms.url',
  ],
  [
    'a webhook',
    withNotify('{ webhooks: [{ id: w, url: "https://192.168.000.010", secretFile: s, roles: [operator] }] }'),
    'gateway.notify.webhooks.0.url',
  ],
  [
    'a push service',
    withNotify('{ push: { subject: "mailto:a@b.kr", allowHosts: [192.168.000.010] } }'),
    'gateway.notify.push.allowHosts.0',
  ],
  [
    'the city',
    withGateway('{ city: { url: "tls://n1.example.kr:4222,tls://192.168.000.010:4222", gateway: g, seedFile: s } }'),
    'gateway.city.url',
  ],
  [
    'a server for copies',
    changed(
      'site: test',
      `site: test\nbackup: { sftp: { host: 192.168.000.010, user: a, folder: b, keyFile: c, knownHostsFile: d }, recipients: [${owner}] }`,
    ),
    'backup.sftp.host',
  ],
])('a padded address of %s is refused with the one that was meant', (_, text, at) => {
  const said = problemsOf(text).filter((problem) => problem.includes(`${at}: `));
  expect(said.map((problem) => problem.slice(problem.indexOf(at)))).toEqual([
    `${at}: ${padded}, which here would be read as octal; did you mean 192.168.0.10?`,
  ]);
});

test.each(['0.0.0.0', '"::"', '255.255.255.255'])(
  'a device at %s is refused: it would be this machine, or none',
  (host) => {
    const said = problemsOf(changed('host: 192.0.2.7', `host: ${host}`));
    expect(said).toEqual([
      `15:15 agents.0.buses.1.host: "${host.replaceAll('"', '')}": no single machine has this address; give the one of the machine that is to be reached`,
    ]);
  },
);

test('the good site says nothing of its addresses', () => expect(problemsOf(goodSite)).toEqual([]));
