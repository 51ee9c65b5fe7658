import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
  /** Where a download is kept meanwhile, and its bytes at most: several times a release, so who sends on and on fills no disk. */
  download?: { folder: string; longest: number };
};

/** `jari upgrade try`. @throws UpgradeError */
export async function runTry(command: TryCommand): Promise<{ text: string; json: object }> {
  const { release, data, key, parts, language } = command;
  const folder = folderOf(data);
  const releases = resolve(command.releases ?? join(folder.path, 'releases'));
  const publicKey = publicKeyOf(readKey(key), key);
  const got = await fetched(release, command.download);
  try {
    const opened = await openRelease(got.file, parts.untar, got.called);
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
const longestDownload = 300_000_000;

type Got = { file: string; called: string; forget(): void };

/** Its sender need not be trusted: what counts is the signature. */
async function fetched(
  release: string,
  { folder: at, longest } = { folder: tmpdir(), longest: longestDownload },
): Promise<Got> {
  if (!/^https?:\/\//.test(release)) return { file: resolve(release), called: resolve(release), forget() {} };
  const folder = mkdtempSync(join(at, 'jari-release-'));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  try {
    const file = join(folder, 'release.tar.gz');
    await download(release, file, longest);
    return { file, called: release, forget };
  } catch (error) {
    forget();
    throw error;
  }
}

/** @throws UpgradeError download-failed, place-unusable */
async function download(url: string, file: string, longest: number): Promise<void> {
  const out = openSync(file, 'wx', 0o600);
  let left = longest;
  try {
    for await (const chunk of chunksOf(url)) {
      left -= chunk.length;
      if (left < 0) throw new UpgradeError({ code: 'download-failed', url, detail: `more than ${longest} bytes` });
      keep(out, chunk, file);
    }
  } finally {
    closeSync(out);
  }
}

async function* chunksOf(url: string): AsyncGenerator<Uint8Array> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(longestDownloadMs) });
    if (!answer.ok || answer.body === null) throw new Error(`status ${answer.status}`);
    yield* answer.body;
  } catch (error) {
    // What is wrong with the network stands behind "fetch failed".
    const detail = detailOf(error instanceof Error ? (error.cause ?? error) : error);
    throw new UpgradeError({ code: 'download-failed', url, detail }, { cause: error });
  }
}

function keep(out: number, chunk: Uint8Array, place: string): void {
  try {
    for (let at = 0; at < chunk.length; ) at += writeSync(out, chunk, at);
  } catch (error) {
    throw new UpgradeError({ code: 'place-unusable', place, detail: detailOf(error) }, { cause: error });
  }
}
