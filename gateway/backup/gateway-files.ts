import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Site } from '../../config/site.ts';

/** A file that makes this gateway: where it is, and its path in the copy. */
export type GatewayFile = { readonly path: string; readonly source: string };

/** A file of no bytes. */
const nothing = '/dev/null';

/** Keys of the data folder: what was signed, sealed or promised by them stays good where they go along. */
const keyFiles = [
  ...['session.key', 'reservation.key', 'push.key', 'gateway.had-data'],
  ...['ca/ca.crt', 'ca/ca.key', 'ca/server.crt', 'ca/server.key'],
] as const;

/**
 * Every file of a gateway but its database: the keys of its data folder, the site files with what they name, and the sites'
 * own profiles. What lies outside a site file's folder goes below `elsewhere/` by its whole path.
 */
export function gatewayFiles(dir: string, sites: readonly Site[]): GatewayFile[] {
  const keys = keyFiles.map((path) => ({ path, source: join(dir, path) }));
  const found = [...keys, ...sites.flatMap(siteFiles)].filter(({ source }) => source === nothing || isFile(source));
  return [...new Map(found.map((each) => [each.path, each])).values()];
}

/** Where the site file of a site is in a copy. */
export function siteFilePath({ id, file }: Pick<Site, 'id' | 'file'>): string {
  return `config/${id}/${relative(dirname(file), file)}`;
}

function siteFiles(site: Site): GatewayFile[] {
  // A file that was handed down lies in a folder of its own, with its profiles; its other paths begin where the given one stands.
  const folders = [dirname(site.file), site.folder];
  const named = [site.file, ...secretsOf(site), ...site.profileFolders.flatMap(filesIn)];
  const empty = site.profileFolders.filter((each) => filesIn(each).length === 0);
  const files = [
    ...named.map((source) => ({ source, at: source })),
    // A folder that the site file names has to be there, though nothing is in it.
    ...empty.map((each) => ({ source: nothing, at: join(each, '.keep') })),
  ];
  return files.map(({ source, at }) => {
    const inside = folders.map((folder) => relative(folder, at)).find(isBelow);
    return { path: inside === undefined ? `elsewhere${at}` : `config/${site.id}/${inside}`, source };
  });
}

function isBelow(way: string): boolean {
  return !way.startsWith(`..${sep}`) && way !== '..' && !way.startsWith(sep);
}

/** Files that the site file names: passwords, keys and certificates of the gateway's own side. */
function secretsOf({ gateway, backup }: Site): string[] {
  const { mqtt, http, notify, city } = gateway;
  const pairs = [mqtt.tls?.files, http.tls?.files].flatMap((files) => (files ? [files.cert, files.key] : []));
  const to = backup?.to;
  const given = [
    ...notify.webhooks.map(({ secretFile }) => secretFile),
    ...[mqtt.tls?.clientCa, notify.email?.passwordFile, notify.sms?.tokenFile],
    ...[city?.tokenFile, city?.seedFile, city?.ca, city?.cert, city?.key],
    ...(to?.kind === 'sftp' ? [to.keyFile, to.knownHostsFile] : []),
  ];
  return [...pairs, ...given].filter((file) => typeof file === 'string');
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  } catch {
    // The loader has said so; what is not there is in no copy.
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** The site files of a restored gateway: the first YAML of each site's folder that has a `site:` of that name. */
export function siteFilesIn(dir: string): string[] {
  const config = join(dir, 'config');
  return filesIn(config)
    .filter((file) => /\.ya?ml$/.test(file) && isSiteFile(file, relative(config, file).split(sep)[0] ?? ''))
    .toSorted();
}

function isSiteFile(file: string, site: string): boolean {
  return new RegExp(`^site:\\s*["']?${site}["']?\\s*(#.*)?$`, 'm').test(readFileSync(file, 'utf8'));
}
