import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { AgentConfig, Site, UplinkFile } from '../../config/site.ts';
import { InputError } from '../../contract/input-error.ts';
import { codeOf } from '../data-folder/private-files.ts';

/** What a box needs to sign in, in one folder: it works there as it is, with every path of the site file kept. */
export type Bundle = {
  /** Puts the folder in its place; `key` is null where the box made it and keeps it. */
  write(made: { certificate: string; key: string | null; ca: string }): void;
  /** Leaves nothing behind. */
  abandon(): void;
};

/**
 * Copies the site file and its own profiles into a folder that takes its name when the rest is there, so that what cannot
 * be written is known before anything is issued. @throws InputError
 */
export function prepareBundle(options: { folder: string; site: Site; agent: AgentConfig }): Bundle {
  const { site, agent } = options;
  const folder = resolve(options.folder);
  const places = placesOf(site, agent);
  refuseOccupied(folder);
  const temporary = join(dirname(folder), `.${randomUUID()}.tmp`);
  const abandon = () => rmSync(temporary, { recursive: true, force: true });
  try {
    mkdirSync(temporary, { mode: 0o700 });
    // The agent's own site file bears this name whatever it was called at the gateway.
    put(temporary, 'site.yaml', readFileSync(site.file), 0o644);
    for (const { from, to } of places.profiles) cpSync(from, join(temporary, to), { recursive: true });
  } catch (error) {
    abandon();
    if (error instanceof InputError) throw error;
    throw new InputError([
      `--bundle ${options.folder}: cannot be written (${codeOf(error)}); give a folder that can be made`,
    ]);
  }
  return {
    write({ certificate, key, ca }) {
      put(temporary, places.cert, certificate, 0o644);
      if (key !== null) put(temporary, places.key, key, 0o600);
      const trusted = trustedBy(site, agent, ca);
      if (trusted !== undefined) put(temporary, places.ca, trusted, 0o644);
      renameSync(temporary, folder);
    },
    abandon,
  };
}

/** What the gateway's certificate is to be checked by; undefined for the public CAs. */
function trustedBy(site: Site, { uplink }: AgentConfig, ownCa: string): string | Buffer | undefined {
  if (uplink.tls.ca.isGiven && statSync(uplink.tls.ca.path, { throwIfNoEntry: false })?.isFile() === true) {
    return readFileSync(uplink.tls.ca.path);
  }
  return site.gateway.mqtt.tls?.files != null ? undefined : ownCa;
}

function placesOf(site: Site, { uplink }: AgentConfig) {
  const home = dirname(site.file);
  const problems: string[] = [];
  const inside = (path: string, what: string) => {
    const way = relative(home, path);
    if (way === '' || way.startsWith('..') || isAbsolute(way)) {
      problems.push(
        `${what} ${path}: lies outside the folder of ${site.file}, so a bundle cannot hold it; ` +
          'move it there and write its path from there',
      );
    }
    return way;
  };
  const file = ({ path }: UplinkFile, key: string) => inside(path, `uplink.tls.${key}`);
  const places = {
    ca: file(uplink.tls.ca, 'ca'),
    cert: file(uplink.tls.cert, 'cert'),
    key: file(uplink.tls.key, 'key'),
    profiles: site.profileFolders.map((from) => ({ from, to: inside(from, 'profile folder') })),
  };
  if (problems.length > 0) throw new InputError(problems);
  return places;
}

function refuseOccupied(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isDirectory() && readdirSync(folder).length === 0) return;
  throw new InputError([`--bundle ${folder}: is there already; give a folder that is empty or not there yet`]);
}

function put(folder: string, name: string, content: string | Buffer, mode: number): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode, flag: 'wx' });
}
