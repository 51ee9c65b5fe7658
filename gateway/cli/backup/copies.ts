import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../../../contract/clock.ts';
import { InputError } from '../../../contract/input-error.ts';
import { reasonOf } from '../../audit/entry.ts';
import { siteFilesIn } from '../../backup/gateway-files.ts';
import type { Manifest } from '../../backup/manifest.ts';
import { replaceGateway } from '../../backup/replace.ts';
import { checkLabel, readLabel, restore, verify } from '../../backup/restore.ts';
import { ownReader } from '../../store/reader.ts';
import { caller } from '../change.ts';
import type { Output } from '../output.ts';
import { readIdentities } from './identity.ts';
import { telling } from './problem.ts';

/** `jari backup verify`: by its label alone, or whole with the owner's key. @throws InputError */
export async function runBackupVerify({ file, identity }: { file: string; identity?: string }): Promise<Output> {
  return telling(async () => {
    const path = resolve(file);
    if (identity === undefined) {
      // What nothing was compared with is not verified, and a script looks at the exit code.
      if (!(await checkLabel(path)))
        throw new InputError([`${path}: has no label beside it, so nothing could be compared; give --identity KEY`]);
      const label = await readLabel(path);
      const text = `${path}: every byte is as it was written; with --identity KEY what is in it is checked as well`;
      return { text, json: { file: path, compared: true, madeAt: madeAt(label?.madeAt), opened: false } };
    }
    const scratch = mkdtempSync(join(tmpdir(), 'jari-verify-'));
    try {
      const identities = readIdentities(identity);
      const manifest = await verify({ file: path, identities, site: null, reader: ownReader }, join(scratch, 'copy'));
      return { text: `${path}: is whole\n${listed(manifest)}`, json: { file: path, opened: true, ...shown(manifest) } };
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
}

/** `jari restore`: a whole gateway into a new folder, or nothing. @throws InputError */
export async function runRestore(options: {
  file: string;
  identity: string;
  into: string;
  siteId?: string;
}): Promise<Output> {
  return telling(async () => {
    const [file, into] = [resolve(options.file), resolve(options.into)];
    const identities = readIdentities(options.identity);
    const manifest = await restore({ file, identities, site: options.siteId ?? null, reader: ownReader }, into);
    const sites = siteFilesIn(into);
    return {
      text: [
        `restored to ${into}`,
        listed(manifest),
        ...elsewhereIn(manifest).map((path) => `was outside the site file's folder: put ${path} where it belongs`),
        `start it with: jari gateway ${sites.map((site) => `--site ${site}`).join(' ')} --data ${into}`,
      ].join('\n'),
      json: { into, siteFiles: sites, ...shown(manifest) },
    };
  });
}

/** `jari replace`: this box takes the place of a dead one. @throws InputError */
export async function runReplace(options: {
  file: string;
  identity: string;
  code: string;
  into: string;
  siteId?: string;
  why?: string;
}): Promise<Output> {
  return telling(async () => {
    const [file, into] = [resolve(options.file), resolve(options.into)];
    const identities = readIdentities(options.identity);
    const said = { by: caller(), why: reasonOf(options.why) };
    const open = { file, identities, site: options.siteId ?? null, reader: ownReader };
    const { manifest, epoch, revoked } = await replaceGateway(
      { ...open, code: options.code, clock: systemClock, said },
      into,
    );
    const sites = siteFilesIn(into);
    return {
      text: [
        `this is gateway ${manifest.gateway} now, the ${epoch - 1}. replacement; its data folder is ${into}`,
        listed(manifest),
        ...elsewhereIn(manifest).map((path) => `was outside the site file's folder: put ${path} where it belongs`),
        revoked.length === 0
          ? 'the dead box showed no certificate of its own'
          : 'the certificate of the dead box is revoked: boxes refuse it as soon as they have met this one',
        `start it: jari gateway ${sites.map((site) => `--site ${site}`).join(' ')} --data ${into}`,
        `outputs are off until somebody has looked: jari outputs on --data ${into}`,
      ].join('\n'),
      json: { into, siteFiles: sites, epoch, revoked: [...revoked], ...shown(manifest) },
    };
  });
}

export function listed({ sites, jari, madeAt: at, files, rows }: Manifest): string {
  const count = Object.values(rows).reduce((sum, each) => sum + each, 0);
  return `site ${sites.join(', ')}, made ${madeAt(at)} by jari ${jari}: ${files.length} files, ${count} rows`;
}

export function elsewhereIn({ files }: Manifest): string[] {
  return files.flatMap(({ path }) => (path.startsWith('elsewhere/') ? [path.slice('elsewhere'.length)] : []));
}

export function shown(manifest: Manifest) {
  const { sites, jari, gateway, files, rows } = manifest;
  return {
    ...{ sites, jari, gateway, madeAt: madeAt(manifest.madeAt), files: files.length },
    rows: Object.values(rows).reduce((sum, each) => sum + each, 0),
    elsewhere: elsewhereIn(manifest),
  };
}

function madeAt(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
