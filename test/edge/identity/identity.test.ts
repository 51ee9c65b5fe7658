import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../../../contract/messages.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Identity } from '../../../edge/identity/identity.ts';
import { Renewal } from '../../../edge/identity/renewal.ts';
import { type Pair, readUplinkFiles } from '../../../edge/identity/uplink-files.ts';
import { tempDir } from '../../temp.ts';
import { agentConfig, MemoryLink, siteOf } from '../north.ts';
import { answer, authority, certificateFor, serial } from './certificates.ts';

let ca: Pair;
let bundle: Pair;
let first: Pair;
let second: Pair;
beforeAll(async () => {
  ca = await authority();
  bundle = await certificateFor('testville/cabinet-1', ca);
  first = await certificateFor('testville/cabinet-1', ca);
  second = await certificateFor('testville/cabinet-1', ca);
});

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

function identityIn(dir: string, of: Pair = bundle): Identity {
  const files = { ca: ca.certificate, pair: of };
  return new Identity({ dir, username: 'cabinet-1', password: null, files, log: quiet });
}

const shown = (identity: Identity) => serial(identity.current().tls?.pair);

describe('who the box is', () => {
  test('is what the bundle says at first, and a renewed certificate after it, across starts', () => {
    const dir = tempDir();
    const identity = identityIn(dir);
    expect(shown(identity)).toBe(serial(bundle));
    identity.adopt(first);
    expect(shown(identity)).toBe(serial(first));
    expect(shown(identityIn(dir))).toBe(serial(first));
    expect(statSync(join(dir, 'identity.json')).mode & 0o777).toBe(0o600);
  });

  test('falls back to the one before when the broker refuses the new one, and stays there when that is taken', () => {
    const dir = tempDir();
    const identity = identityIn(dir);
    identity.adopt(first);
    identity.refused();
    expect(shown(identity)).toBe(serial(bundle));
    identity.accepted();
    expect(shown(identityIn(dir))).toBe(serial(bundle));
    expect(existsSync(join(dir, 'identity.json'))).toBe(false);
  });

  test('tries the newest again when all are refused', () => {
    const identity = identityIn(tempDir());
    identity.adopt(first);
    identity.refused();
    identity.refused();
    expect(shown(identity)).toBe(serial(first));
  });

  test('keeps the one before until the new one was taken, and not longer', () => {
    const dir = tempDir();
    const identity = identityIn(dir);
    identity.adopt(first);
    identity.accepted();
    identity.adopt(second);
    const stored = () => JSON.parse(readFileSync(join(dir, 'identity.json'), 'utf8')).pairs.map(serial);
    expect(stored()).toEqual([serial(second), serial(first)]);
    identity.accepted();
    expect(stored()).toEqual([serial(second)]);
  });

  test('is what a new bundle says, whatever was renewed from the old one', async () => {
    const dir = tempDir();
    identityIn(dir).adopt(first);
    const newBundle = await certificateFor('testville/cabinet-1', ca);
    expect(shown(identityIn(dir, newBundle))).toBe(serial(newBundle));
    expect(shown(identityIn(dir, newBundle))).toBe(serial(newBundle));
  });

  test('is what the bundle says when the file of the renewed one is damaged or half written', () => {
    const dir = tempDir();
    identityIn(dir).adopt(first);
    writeFileSync(join(dir, 'identity.json.new'), '{"v":1,"bun');
    expect(shown(identityIn(dir))).toBe(serial(first));
    identityIn(dir).adopt(second);
    expect(shown(identityIn(dir))).toBe(serial(second));
    writeFileSync(join(dir, 'identity.json'), '{"v":1,"bun');
    expect(shown(identityIn(dir))).toBe(serial(bundle));
  });

  test('is never a certificate of another key', () => {
    const identity = identityIn(tempDir());
    expect(() => identity.adopt({ certificate: first.certificate, key: second.key })).toThrow(/not of the key/);
    expect(shown(identity)).toBe(serial(bundle));
  });
});

describe('renewal', () => {
  const say = { due: JSON.stringify({ v: 1, due: 1_800_000_000_000 }) };
  const heardOn = 'jari/v1/testville/cabinet-1/certificate';

  async function renewing() {
    const link = new MemoryLink();
    await link.connect({ will: { topic: 'w', payload: '' }, onLost: () => {} });
    const dir = tempDir();
    const identity = identityIn(dir);
    const clock = new SimClock();
    const [site] = [siteOf(agentConfig())];
    const events: string[] = [];
    const renewal = new Renewal({
      clock,
      log: quiet,
      site: site.id,
      agent: agentConfig().id,
      link,
      identity,
      onRenewed: () => void events.push('renewed'),
    });
    renewal.connected();
    await expect.poll(() => link.subscriptions).toEqual([heardOn]);
    const request = async (count = 1) => {
      await expect.poll(() => link.published.length).toBe(count);
      const { topic, payload, retain } = link.published.at(-1) ?? { topic: '', payload: '', retain: true };
      const message = decode.certificateRequest(payload);
      if (!message.ok) throw new Error(message.problem);
      return { topic, retain, csr: message.value.csr };
    };
    return { link, identity, clock, events, request, dir };
  }

  test('asks when the gateway says so, for a key of its own, and shows what it gets from then on', async () => {
    const { link, identity, events, request } = await renewing();
    link.say(heardOn, say.due);
    const { topic, retain, csr } = await request();
    expect([topic, retain]).toEqual(['jari/v1/testville/cabinet-1/certificate/request', false]);
    const certificate = await answer(csr, ca, { commonName: 'testville/cabinet-1' });
    link.say(heardOn, JSON.stringify({ v: 1, certificate, ca: ca.certificate }));
    expect(events).toEqual(['renewed']);
    expect(shown(identity)).toBe(serial({ certificate }));
  });

  test('asks once while an answer is awaited, and again when none comes', async () => {
    const { link, clock, request } = await renewing();
    link.say(heardOn, say.due);
    await request();
    link.say(heardOn, say.due);
    await clock.advance(60_001);
    link.say(heardOn, say.due);
    await request(2);
  });

  test('keeps what it has when it is refused, or gets a certificate of another key or none at all', async () => {
    const { link, identity, events, request } = await renewing();
    link.say(heardOn, JSON.stringify({ v: 1, certificate: first.certificate, ca: ca.certificate }));
    link.say(heardOn, say.due);
    await request();
    link.say(heardOn, JSON.stringify({ v: 1, certificate: first.certificate, ca: ca.certificate }));
    link.say(heardOn, JSON.stringify({ v: 1, refused: 'not now' }));
    link.say(heardOn, 'rubbish');
    expect(shown(identity)).toBe(serial(bundle));
    expect(events).toEqual([]);
  });
});

describe('the files of an uplink', () => {
  function filesOf(put: (dir: string) => void) {
    const dir = tempDir();
    const write = (name: string, text: string, mode = 0o600) => {
      writeFileSync(join(dir, name), text);
      chmodSync(join(dir, name), mode);
    };
    write('ca.crt', ca.certificate);
    write('cabinet-1.crt', bundle.certificate);
    write('cabinet-1.key', bundle.key);
    put(dir);
    const file = (name: string) => ({ path: join(dir, name), isGiven: false });
    const base = agentConfig();
    const tls = { ca: file('ca.crt'), cert: file('cabinet-1.crt'), key: file('cabinet-1.key') };
    const agent = { ...base, uplink: { ...base.uplink, url: 'mqtts://gateway:8883', tls } };
    const site = { ...siteOf(agent), agents: [agent, { ...agent, id: 'cabinet-2' as typeof agent.id }] };
    const read = readUplinkFiles({ site, agent, now: Date.now() });
    return { read, dir };
  }

  test('are a certificate with its key and the CA', () => {
    const { read } = filesOf(() => {});
    expect(read).toEqual({ ok: true, files: { ca: ca.certificate, pair: bundle }, warnings: [] });
  });

  test('without a certificate leave the password, and without a CA the public ones', () => {
    const { read } = filesOf((dir) => {
      for (const name of ['ca.crt', 'cabinet-1.crt', 'cabinet-1.key']) rmSync(join(dir, name));
    });
    expect(read).toEqual({ ok: true, files: { ca: null, pair: null }, warnings: [] });
  });

  test.each<[string, (dir: string) => void | Promise<void>, RegExp]>([
    [
      'a certificate without its key',
      (dir) => rmSync(join(dir, 'cabinet-1.key')),
      /cabinet-1\.key: the key .* is not there/,
    ],
    [
      'a key of another certificate',
      (dir) => writeFileSync(join(dir, 'cabinet-1.key'), first.key),
      /cabinet-1\.key: does not belong to the certificate .*take both from one bundle/,
    ],
    ['a key that is none', (dir) => writeFileSync(join(dir, 'cabinet-1.key'), 'x'), /is no private key in PEM/],
    ['a certificate that is none', (dir) => writeFileSync(join(dir, 'cabinet-1.crt'), 'x'), /is no certificate in PEM/],
    ['a CA that is none', (dir) => writeFileSync(join(dir, 'ca.crt'), 'x'), /ca\.crt: is no certificate in PEM/],
  ])('are refused: %s', (_what, put, why) => {
    const { read } = filesOf(put);
    expect(read.ok ? [] : read.problems).toEqual([expect.stringMatching(why)]);
  });

  test.each([
    ['testville/cabinet-2', /is the certificate of agent cabinet-2, and this is cabinet-1/],
    ['elsewhere/cabinet-1', /is of site elsewhere, and .* is site testville/],
  ])('are refused: a certificate of %s', async (commonName, why) => {
    const other = await certificateFor(commonName, ca);
    const { read } = filesOf((dir) => {
      writeFileSync(join(dir, 'cabinet-1.crt'), other.certificate);
      writeFileSync(join(dir, 'cabinet-1.key'), other.key);
    });
    expect(read.ok ? [] : read.problems).toEqual([expect.stringMatching(why)]);
  });

  test('are used with a warning when the certificate has expired or everyone may read the key', async () => {
    const old = await certificateFor('cabinet-1', ca, -1000);
    const { read } = filesOf((dir) => {
      writeFileSync(join(dir, 'cabinet-1.crt'), old.certificate);
      writeFileSync(join(dir, 'cabinet-1.key'), old.key);
      chmodSync(join(dir, 'cabinet-1.key'), 0o644);
    });
    expect(read).toMatchObject({
      ok: true,
      warnings: [expect.stringMatching(/chmod 600/), expect.stringMatching(/has expired on .* clock says/)],
    });
  });
});
