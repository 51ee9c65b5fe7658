import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadSite } from '../../../config/load-site.ts';
import { pointRefSchema } from '../../../contract/ids.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { handoverOf, statusOf } from '../../../edge/commissioning/handover.ts';
import { handoverHtml } from '../../../edge/commissioning/handover-html.ts';
import {
  appendProof,
  type NewProof,
  noProof,
  openProofLog,
  type Proof,
  readProofLog,
} from '../../../edge/commissioning/proofs.ts';
import { isAnswer, type Wanted } from '../../../edge/commissioning/prove.ts';
import { type ProveCommand, runProve } from '../../../edge/commissioning/prove-command.ts';
import { smallSiteText, writeSiteText } from '../../simulators/sites.ts';
import { tempDir } from '../../temp.ts';
import { exceptionReply, type Slave } from '../memory-line.ts';
import { memoryLines } from './rig.ts';

const di0 = pointRefSchema.parse('di-1/di_0');
const seen = { at: 0, raw: [0], value: false, fault: null };
const proof: NewProof = {
  at: Date.UTC(2026, 10, 21),
  site: 'test',
  agent: 'box-1',
  bus: 'line',
  point: di0,
  unit: 1,
  profile: 'waveshare-rtu-io-8ch',
  config: 'a'.repeat(64),
  by: 'installer',
  stimulus: 'test smoke',
  expected: 'true',
  before: seen,
  after: { ...seen, raw: [1], value: true },
  verdict: 'proved',
  why: 'reached',
  photo: null,
  simulated: false,
  version: '0.1.0',
};

const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');

/** Eight inputs of unit 1; the first closes at the third request, where it is to. */
function contacts(of: { closes: boolean }): Slave {
  return (request, nth) => {
    const [unit = 0, fn] = request;
    if (unit !== 1 || fn !== 2) return [{ afterMs: 5, bytes: exceptionReply(request, 2) }];
    const isClosed = of.closes && nth >= 3;
    return [{ afterMs: 5, bytes: frameRtu(1, Uint8Array.of(2, 1, isClosed ? 1 : 0)) }];
  };
}

function proving(slave: Slave, options: Partial<ProveCommand> = {}) {
  const rig = memoryLines(() => slave);
  const proofs = options.proofs ?? join(tempDir(), 'proofs');
  const site = options.site ?? writeSiteText(smallSiteText());
  const command: ProveCommand = {
    ...{ target: 'di-1/di_0', stimulus: 'test smoke', by: 'installer', site, proofs, wait: '5s', language: 'en' },
    ...options,
  };
  const run = () => rig.until(Promise.resolve().then(() => runProve(command, { clock: rig.clock, make: rig.make })));
  return { run, proofs, site };
}

describe('a proof', () => {
  test('is kept when the sensor answers, and the report shows that point alone as proved', async () => {
    const { run, proofs, site } = proving(contacts({ closes: true }), { expect: 'true' });
    const { text, failed } = await run();
    expect(failed).toBe(false);
    expect(text).toContain('di-1/di_0: false → true · it came to the expected value: proved');
    const loaded = loadSite(site);
    if (!loaded.ok) throw new Error('no site');
    const { counts, devices } = handoverOf(loaded.site, openProofLog(proofs));
    expect(counts).toMatchObject({ proved: 1, failed: 0, simulated: 0 });
    const points = devices.flatMap((device) => device.points);
    expect(points.filter(({ status }) => status === 'proved').map(({ point }) => point)).toEqual(['di-1/di_0']);
    expect(counts.unproved).toBe(points.length - 1);
  });

  test('that fails is kept as failed', async () => {
    const { run, proofs } = proving(contacts({ closes: false }));
    const { text, failed } = await run();
    expect(failed).toBe(true);
    expect(text).toContain('it stayed as it was: failed');
    expect(openProofLog(proofs).proofs.map(({ verdict, why }) => [verdict, why])).toEqual([['failed', 'unchanged']]);
  });

  test('keeps its photo under its hash', async () => {
    const dir = tempDir();
    const photo = join(dir, 'sensor.JPG');
    writeFileSync(photo, jpeg);
    const { run, proofs } = proving(contacts({ closes: true }), { photo });
    await run();
    const kept = openProofLog(proofs).proofs[0]?.photo;
    expect(kept?.name).toBe('sensor.JPG');
    expect(readFileSync(join(proofs, 'photos', `${kept?.sha256}.jpg`))).toEqual(jpeg);
  });

  test.each([
    ['a register that is no point', { target: 'discrete:0' }, /DEVICE\/POINT/],
    ['a photo that is not there', { photo: '/nowhere.jpg' }, /^\/nowhere\.jpg: there is no such file or folder$/],
    ['a photo that is no picture', { photo: import.meta.filename }, /is no picture that a report can show/],
    ['a step that is none', { target: 'tilt-1/tilt_x', change: 'much' }, /--change much/],
  ])('of %s is refused, and nothing is kept', async (_name, options, words) => {
    const { run, proofs } = proving(contacts({ closes: true }), options);
    await expect(run()).rejects.toThrow(words);
    expect(openProofLog(proofs).proofs).toEqual([]);
  });

  test('is not appended to a log that was changed', async () => {
    const proofs = tempDir();
    appendProof(proofs, proof);
    const file = join(proofs, 'proofs.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('test smoke', 'real smoke'));
    const { run } = proving(contacts({ closes: true }), { proofs });
    await expect(run()).rejects.toThrow(/proofs\.jsonl:1: from this line on/);
  });
});

describe('what answers a stimulus', () => {
  const to = (value: number | boolean, tolerance = 0.5): Wanted => ({ kind: 'value', value, tolerance });
  const by = (step: number): Wanted => ({ kind: 'change', by: step });
  test.each([
    ['a contact that closes', to(true), false, true, true],
    ['a contact that stays', to(true), false, false, false],
    ['a value that comes within the tolerance', to(20), 1, 19.6, true],
    ['a value that was there before', to(20), 19.8, 20.1, false],
    ['a step large enough', by(2), 1, 3, true],
    ['noise', by(2), 1, 2.9, false],
    ['no value', by(2), 1, null, false],
    ['no value before', to(true), null, true, false],
    ['another word', by(2), 'ok', 'alarm', true],
  ] as const)('%s', (_name, wanted, before, after, answer) => {
    expect(isAnswer(wanted, before, after)).toBe(answer);
  });
});

describe('a log of proofs', () => {
  const three = () => {
    const dir = tempDir();
    for (const by of ['a', 'b', 'c']) appendProof(dir, { ...proof, by });
    return readFileSync(join(dir, 'proofs.jsonl'), 'utf8');
  };

  test('names the line at which it was changed, wherever that is', () => {
    const text = three();
    const lineOf = (at: number) => text.slice(0, at).split('\n').length;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 2 }), (at) => {
        fc.pre(text[at] !== '\n' && text[at] !== '9');
        const changed = `${text.slice(0, at)}9${text.slice(at + 1)}`;
        const { brokenAt, proofs, torn } = readProofLog(changed);
        const isSeen = brokenAt !== null || torn > 0;
        expect(isSeen).toBe(true);
        expect(proofs.length).toBeLessThan(3);
        if (brokenAt !== null) expect(brokenAt).toBeGreaterThanOrEqual(lineOf(at));
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['an entry taken out', (lines: string[]) => [lines[0], lines[2]]],
    ['entries in another order', (lines: string[]) => [lines[1], lines[0], lines[2]]],
    ['an entry twice', (lines: string[]) => [lines[0], lines[0]]],
  ])('does not hold with %s', (_name, change) => {
    const lines = three().trimEnd().split('\n');
    expect(readProofLog(`${change(lines).join('\n')}\n`).brokenAt).not.toBeNull();
  });

  test('goes on behind a line that a lost supply cut off', () => {
    const dir = tempDir();
    appendProof(dir, proof);
    const file = join(dir, 'proofs.jsonl');
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"v":1,"n":2,"at":17`);
    appendProof(dir, { ...proof, by: 'second' });
    expect(openProofLog(dir)).toMatchObject({ brokenAt: null, torn: 1, proofs: [{ n: 1 }, { n: 2, by: 'second' }] });
  });

  test('of an empty folder has none', () => {
    expect(openProofLog(tempDir())).toEqual({ proofs: [], head: noProof, brokenAt: null, torn: 0 });
  });
});

describe('the report', () => {
  const whole: Proof = { v: 1, n: 1, ...proof, prev: noProof, hash: 'b'.repeat(64) };
  const config = proof.config;
  test.each([
    ['no entry', null, config, 'unproved'],
    ['a good one', whole, config, 'proved'],
    ['a failed one', { ...whole, verdict: 'failed' } as Proof, config, 'failed'],
    ['a good one of another setting', whole, 'c'.repeat(64), 'changed'],
    ['a good one on virtual lines', { ...whole, simulated: true }, config, 'simulated'],
    ['a good one of what is asked in no way', whole, null, 'unproved'],
  ] as const)('of %s says %s', (_name, entry, now, status) => {
    expect(statusOf(entry, now)).toBe(status);
  });

  test('counts the newest entry, and nothing behind a break', () => {
    const loaded = loadSite(writeSiteText(smallSiteText()));
    if (!loaded.ok) throw new Error('no site');
    const log = { proofs: [whole, { ...whole, n: 2, verdict: 'failed' as const }], head: '', brokenAt: 3, torn: 0 };
    const { counts, isBroken } = handoverOf(loaded.site, log);
    expect(counts).toMatchObject({ proved: 0, failed: 1 });
    expect(isBroken).toBe(true);
  });

  test('obeys nothing that somebody typed, and says in words what is not proved', () => {
    const loaded = loadSite(writeSiteText(smallSiteText()));
    if (!loaded.ok) throw new Error('no site');
    const entry = { ...whole, stimulus: '<script>alert(1)</script>', by: '"><img src=x>' };
    const handover = handoverOf(loaded.site, { proofs: [entry], head: '', brokenAt: null, torn: 0 });
    const html = handoverHtml({
      ...{ handover, timezone: 'Asia/Seoul', at: proof.at, by: '<b>', version: '0', siteHash: '', signer: null },
      photos: new Map(),
      language: 'ko',
    });
    expect(html).not.toMatch(/<script|<img|<b>"/);
    expect(html).toContain('확인되지 않은 포인트가 있음');
    expect(html).toContain('미확인 (확인 후 설정 변경)');
  });
});
