import { readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { systemClock } from '../../contract/clock.ts';
import { commissioningText } from '../../contract/words/commissioning.ts';
import { causeOf } from '../../contract/words/files.ts';
import { type ProofStatus, statusWords } from '../../contract/words/handover.ts';
import type { Language } from '../../contract/words/language.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { type Handover, handoverOf } from './handover.ts';
import { handoverHtml } from './handover-html.ts';
import { refuse, siteIn } from './lines.ts';
import { pictureType } from './picture-type.ts';
import { defaultProofs, openProofLog, photosFolder, proofsFile, readProofLog, sha256 } from './proofs.ts';
import { readSigned, type Signing, signedBytes, withSignature } from './signed-page.ts';
import type { Output } from './terminal.ts';

export type HandoverCommand = {
  readonly site: string;
  readonly out: string;
  readonly by: string;
  readonly proofs?: string;
  /** The gateway's data folder, whose CA signs. */
  readonly data?: string;
  readonly language: Language;
};

/** `jari handover make`: the report as a page for paper, signed where there is a CA. @throws InputError */
export async function runHandover(options: HandoverCommand, signing: Signing): Promise<Output> {
  const { language, out, by } = options;
  const site = siteIn(options.site, language);
  const dir = options.proofs ?? defaultProofs;
  const log = openProofLog(dir);
  const handover = handoverOf(site, log);
  const signer = await signing.signer(options.data, `hand-over ${site.id}`);
  const page = handoverHtml({
    ...{ handover, by, language, timezone: site.timezone, at: systemClock.now() },
    version: packageJson.version,
    siteHash: sha256(readFileSync(site.file)),
    signer: signer === undefined ? null : { name: signer.name, fingerprint: signer.fingerprint },
    photos: photosOf(handover, dir),
  });
  const text = signer === undefined ? page : withSignature(page, signer.sign(signedBytes(page)));
  try {
    writeFileSync(out, text, { flag: 'wx', mode: 0o640 });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    return refuse(
      isThere ? { code: 'file-there', file: out } : { code: 'file-trouble', file: out, cause: causeOf(error) },
      language,
    );
  }
  const { counts, isBroken, head } = handover;
  const signed = signer === undefined ? null : signer.fingerprint;
  const sums = (Object.entries(counts) as [ProofStatus, number][]).filter(([, count]) => count > 0);
  const sum = sums.map(([status, count]) => `${statusWords[status][language]} ${count}`).join(', ');
  const by2 =
    signed === null
      ? language === 'ko'
        ? '서명 없음'
        : 'not signed'
      : `${language === 'ko' ? '서명' : 'signed by'} ${signer?.name}`;
  const broken =
    log.brokenAt === null
      ? ''
      : `\n${commissioningText({ code: 'broken-proofs', file: join(dir, proofsFile), line: log.brokenAt })[language]}`;
  return {
    text: `${out}: ${sum}; ${by2}${broken}`,
    json: { file: out, counts, isBroken, head, sha256: sha256(text), signed },
  };
}

/** `jari handover verify`: a report, or a log of proofs. @throws InputError where it does not hold */
export function runVerify(options: { file: string; ca?: string; language: Language }, signing: Signing): Output {
  const { file, ca, language } = options;
  const text = textIn(file, language);
  if (file.endsWith('.jsonl')) return verifyLog(file, text, language);
  const { bytes, signature } = readSigned(text);
  if (signature === null) return refuse({ code: 'not-signed', file }, language);
  if (signature === 'broken') return refuse({ code: 'not-verified', file, problem: 'no-signature' }, language);
  const verified = signing.verify(bytes, signature, ca);
  if (!verified.ok) return refuse({ code: 'not-verified', file, problem: verified.problem }, language);
  const { name, fingerprint } = verified;
  const isPinned = ca !== undefined;
  const whose = language === 'ko' ? `서명한 CA ${name}` : `signed by the CA ${name}`;
  const advice =
    language === 'ko' ? '이 지문을 게이트웨이의 jari ca show와 비교' : 'compare this with jari ca show of the gateway';
  const lines = [
    `${file}: ${language === 'ko' ? '서명 후 바뀌지 않음' : 'unchanged since it was signed'}, ${whose}`,
    fingerprint,
  ];
  return {
    text: [...lines, ...(isPinned ? [] : [advice])].join('\n'),
    json: { ok: true, file, ca: name, fingerprint, pinned: isPinned },
  };
}

function verifyLog(file: string, text: string, language: Language): Output {
  const { proofs, head, brokenAt, torn } = readProofLog(text);
  if (brokenAt !== null) return refuse({ code: 'broken-proofs', file, line: brokenAt }, language);
  const said = language === 'ko' ? `${proofs.length}건, 해시 이어짐` : `${proofs.length} proofs, the chain holds`;
  return { text: `${file}: ${said}\n${head}`, json: { ok: true, file, proofs: proofs.length, head, torn } };
}

/** Only what still has its hash, and only pictures: the page obeys nothing else. */
function photosOf({ devices }: Handover, dir: string): ReadonlyMap<string, string> {
  const photos = new Map<string, string>();
  let bytes = 0;
  for (const { proof } of devices.flatMap(({ points }) => points)) {
    if (proof?.photo == null) continue;
    const { sha256: wanted, name } = proof.photo;
    const data = tryBytes(join(dir, photosFolder, `${wanted}${extname(name).toLowerCase()}`));
    const type = data && pictureType(data);
    if (type === undefined || data === undefined) continue;
    if (sha256(data) !== wanted || bytes + data.length > mostPhotoBytes) continue;
    bytes += data.length;
    photos.set(wanted, `data:${type};base64,${data.toString('base64')}`);
  }
  return photos;
}

const mostPhotoBytes = 20 * 2 ** 20;

function tryBytes(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** @throws InputError */
function textIn(file: string, language: Language): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return refuse({ code: 'file-trouble', file, cause: causeOf(error) }, language);
  }
}
