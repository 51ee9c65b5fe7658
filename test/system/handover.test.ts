import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../contract/clock.ts';
import { runHandover, runVerify } from '../../edge/commissioning/handover-command.ts';
import { makeAuthority } from '../../gateway/ca/authority.ts';
import { documentSigner, verifyDocument } from '../../gateway/ca/document.ts';
import { issueAgent, makeRequest, readRequest } from '../../gateway/ca/issue.ts';
import { smallSiteText, writeSiteText } from '../simulators/sites.ts';
import { tempDir } from '../temp.ts';

const signing = { signer: documentSigner, verify: verifyDocument };

describe('a hand-over report', () => {
  let data: string;
  let other: string;
  let file: string;

  const all = mkdtempSync(join(tmpdir(), 'jari-'));
  const folder = () => mkdtempSync(join(all, 'of-'));
  afterAll(() => rmSync(all, { recursive: true, force: true }));

  beforeAll(async () => {
    data = folder();
    other = folder();
    await makeAuthority(data, systemClock);
    await makeAuthority(other, systemClock);
    file = await make(data);
  });

  async function make(gateway: string): Promise<string> {
    const dir = folder();
    const out = join(dir, 'handover.html');
    const site = writeSiteText(smallSiteText(), dir);
    await runHandover({ site, out, by: 'installer', proofs: dir, data: gateway, language: 'en' }, signing);
    return out;
  }

  const ca = (dir: string) => join(dir, 'ca', 'ca.crt');
  const verify = (path: string, caFile?: string) =>
    runVerify({ file: path, language: 'en', ...(caFile === undefined ? {} : { ca: caFile }) }, signing);

  function changed(change: (text: string) => string): string {
    const path = join(tempDir(), 'changed.html');
    writeFileSync(path, change(readFileSync(file, 'utf8')));
    return path;
  }

  test('of a log that does not hold says so, with the line, to who makes it', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'proofs.jsonl'), '{"v":1,"n":1}\n');
    const site = writeSiteText(smallSiteText(), dir);
    const options = {
      site,
      out: join(dir, 'handover.html'),
      by: 'installer',
      proofs: dir,
      data,
      language: 'en',
    } as const;
    expect((await runHandover(options, signing)).text).toContain('proofs.jsonl:1: from this line on');
  });

  test('is signed by the CA of the gateway, and a command says so', () => {
    expect(verify(file, ca(data)).json).toMatchObject({ ok: true, pinned: true });
    expect(verify(file).text).toContain('compare this with jari ca show');
  });

  test.each([
    ['one word is another', (text: string) => text.replace('not proved', 'proved'), /changed after it was signed/],
    ['something stands behind it', (text: string) => `${text}<p>proved</p>`, /cannot be read/],
    ['its signature is gone', (text: string) => text.slice(0, text.indexOf('<!-- jari')), /is not signed/],
  ])('of which %s is refused', (_name, change, words) => {
    expect(() => verify(changed(change))).toThrow(words);
  });

  test('of another gateway is refused where the CA is named', () => {
    expect(() => verify(file, ca(other))).toThrow(/another CA/);
  });

  test('signed with an agent’s certificate is refused: that is good for signing in', async () => {
    const { csr } = await makeRequest('test/box-1');
    const request = await readRequest(csr);
    if ('problem' in request) throw new Error(request.problem);
    const [certificate, key] = [readFileSync(ca(data), 'utf8'), readFileSync(join(data, 'ca', 'ca.key'), 'utf8')];
    const leaf = await issueAgent({
      ...{ issuer: { certificate, key }, commonName: 'test/box-1', request },
      expires: systemClock.now() + 1e9,
    });
    const base64 = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
    const bytes = new TextEncoder().encode('x');
    const forged = { alg: 'ES256', certificate: base64(leaf), ca: base64(certificate), value: 'AA==' } as const;
    expect(verifyDocument(bytes, forged, undefined)).toEqual({ ok: false, problem: 'not-for-documents' });
  });

  test('without a CA says that it is not signed', async () => {
    const path = await make(tempDir());
    expect(readFileSync(path, 'utf8')).toContain('not signed: the gateway has no CA');
    expect(() => verify(path)).toThrow(/is not signed/);
  });
});
