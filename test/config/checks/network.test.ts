import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isLoopback } from '../../../config/loopback.ts';
import { changed, goodSite, problemsOf, siteOf } from '../site-text.ts';

const withGateway = (gateway: string) => changed('site: test', `site: test\ngateway: ${gateway}`);

test.each(['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost', 'LOCALHOST', '::ffff:127.0.0.1'])(
  '%s is this machine alone',
  (host) => expect(isLoopback(host)).toBe(true),
);

test.each(['0.0.0.0', '::', '192.168.0.1', '127.0.0.1.example.com', 'localhost.example.com', 'gateway', '128.0.0.1'])(
  '%s is not this machine alone',
  (host) => expect(isLoopback(host)).toBe(false),
);

describe('TLS in a site file', () => {
  test('is a port beside the plain one, on this machine until it is bound to another address', () => {
    const { gateway } = siteOf(withGateway('{ mqtt: { tls: {} }, http: { tls: { bind: 0.0.0.0 } } }'));
    expect(gateway.mqtt).toEqual({
      port: 1883,
      bind: '127.0.0.1',
      tls: { port: 8883, bind: '127.0.0.1', files: null, clientCa: null },
    });
    expect(gateway.http.tls).toEqual({ port: 8443, bind: '0.0.0.0', files: null });
  });

  test('takes files of others, seen from the site file', () => {
    const site = siteOf(withGateway('{ mqtt: { tls: { cert: pki/a.crt, key: pki/a.key, clientCa: pki/ca.crt } } }'));
    const at = (path: string) => join(dirname(site.file), path);
    expect(site.gateway.mqtt.tls).toMatchObject({
      files: { cert: at('pki/a.crt'), key: at('pki/a.key') },
      clientCa: at('pki/ca.crt'),
    });
  });

  test('is what an uplink uses to leave the machine, with files beside the site file or where it says', () => {
    const url = 'mqtts://gateway.local:8883';
    const text = changed('{ url: "mqtt://127.0.0.1:1883" }', `{ url: "${url}", tls: { ca: pki/our-ca.pem } }`);
    const site = siteOf(text);
    const at = (path: string) => join(dirname(site.file), path);
    expect(site.agents[0]?.uplink).toMatchObject({
      url,
      tls: {
        ca: { path: at('pki/our-ca.pem'), isGiven: true },
        cert: { path: at('cab.crt'), isGiven: false },
        key: { path: at('cab.key'), isGiven: false },
      },
    });
  });
});

describe('insecure: true', () => {
  test('lets plain listeners and uplinks leave the machine', () => {
    const open = withGateway('{ mqtt: { bind: 0.0.0.0, insecure: true }, http: { bind: "::", insecure: true } }');
    expect(problemsOf(open)).toEqual([]);
    const uplink = '{ url: "mqtt://192.0.2.9:1883", insecure: true }';
    expect(problemsOf(changed('{ url: "mqtt://127.0.0.1:1883" }', uplink))).toEqual([]);
  });

  test('is a warning where it changes nothing', () => {
    expect(problemsOf(withGateway('{ mqtt: { insecure: true } }'))).toEqual([
      '2:20 gateway.mqtt.insecure: warning: insecure changes nothing: 127.0.0.1 is this machine alone; remove it',
    ]);
    const uplink = '{ url: "mqtts://gateway:8883", insecure: true }';
    expect(problemsOf(changed('{ url: "mqtt://127.0.0.1:1883" }', uplink))).toEqual([
      '5:44 agents.0.uplink.insecure: warning: insecure changes nothing: what goes to this address is encrypted or stays on this machine; remove it',
    ]);
  });

  test('is not there in a site file that says nothing of it', () => {
    expect(siteOf(goodSite).agents[0]?.uplink.insecure).toBe(false);
  });
});
