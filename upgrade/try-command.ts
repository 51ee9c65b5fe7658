import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Language } from '../contract/words/language.ts';
import { withParticle } from '../contract/words/particles.ts';
import { folderOf, programFolder, readKey, runningProgram, type UpgradeParts } from './installed.ts';
import { usualLimits } from './limits.ts';
import { openRelease } from './opened-release.ts';
import { publicKeyOf } from './release.ts';
import { tryRelease } from './try.ts';
import { detailOf, UpgradeError } from './upgrade-error.ts';

export type TryCommand = {
  /** File, folder, or https URL. */
  release: string;
  data: string;
  key: string;
  releases?: string;
  program?: string;
  parts: UpgradeParts;
  language: Language;
};

/** `jari upgrade try`. @throws UpgradeError */
export async function runTry(command: TryCommand): Promise<{ text: string; json: object }> {
  const { release, data, key, parts, language } = command;
  const folder = folderOf(data);
  const releases = resolve(command.releases ?? join(folder.path, 'releases'));
  const publicKey = publicKeyOf(readKey(key), key);
  const got = await fetched(release);
  try {
    const opened = await openRelease(got.file, parts.untar);
    try {
      const own = runningProgram(folder, programFolder(command.program), parts);
      const state = await tryRelease({
        ...{ folder, databases: parts.databases, opened, file: release, key: publicKey, releases, own },
        ...{ machine: `${process.platform}-${process.arch}`, limits: usualLimits, now: Date.now() },
        versionOf: parts.versionOf,
      });
      const [from, to] = [state.from.version, state.to.version];
      const text = {
        ko: `Jari ${to} 설치 확인 완료. 현재 버전 ${withParticle(from, '을/를')} 3분간 측정한 뒤 10분간 시험 운전합니다. 진행: jari upgrade status --data ${data}`,
        en: `Jari ${to} is in place and checked. ${from} is measured for 3 minutes, then ${to} is on trial for 10. Follow it: jari upgrade status --data ${data}`,
      }[language];
      return { text, json: { ok: true, from, to, dir: state.to.dir } };
    } finally {
      opened.close();
    }
  } finally {
    got.forget();
  }
}

const longestDownloadMs = 3_600_000;

/** Its sender need not be trusted: what counts is the signature. */
async function fetched(release: string): Promise<{ file: string; forget(): void }> {
  if (!/^https?:\/\//.test(release)) return { file: resolve(release), forget() {} };
  const folder = mkdtempSync(join(tmpdir(), 'jari-release-'));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  try {
    const answer = await fetch(release, { signal: AbortSignal.timeout(longestDownloadMs) });
    if (!answer.ok || answer.body === null) throw new Error(`status ${answer.status}`);
    const file = join(folder, 'release.tar.gz');
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(file, { mode: 0o600 }));
    return { file, forget };
  } catch (error) {
    forget();
    throw new UpgradeError({ code: 'download-failed', url: release, detail: detailOf(error) }, { cause: error });
  }
}
