import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Arch, pinnedNode, pinnedNodeVersion } from './target.ts';

export type NodeFiles = { binary: string; licence: string };

/**
 * The Node of a machine's kind: its binary and its licence, fetched with npm once and then kept in the user's cache.
 * @throws when what came is not what is pinned
 */
export function nodeFor(arch: Arch): NodeFiles {
  const folder = join(cacheHome(), 'jari-package', `node-${pinnedNodeVersion}-linux-${arch}`);
  const files = { binary: join(folder, 'bin/node'), licence: join(folder, 'LICENSE') };
  if (!existsSync(files.licence)) fetchInto(folder, arch);
  const found = createHash('sha256').update(readFileSync(files.binary)).digest('hex');
  if (found !== pinnedNode[arch].binary)
    throw new Error(`${files.binary}: its SHA-256 is ${found}, not the pinned one; remove ${folder} and try again`);
  return files;
}

function fetchInto(folder: string, arch: Arch): void {
  const temporary = mkdtempSync(join(tmpdir(), 'jari-node-'));
  try {
    const spec = `node-linux-${arch}@${pinnedNodeVersion}`;
    execFileSync('npm', ['pack', spec, '--silent', '--pack-destination', temporary], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const tarball = join(temporary, `node-linux-${arch}-${pinnedNodeVersion}.tgz`);
    checkTarball(readFileSync(tarball), arch);
    execFileSync('tar', ['-xzf', tarball, '-C', temporary, 'package/bin/node', 'package/LICENSE']);
    mkdirSync(join(folder, 'bin'), { recursive: true });
    copyFileSync(join(temporary, 'package/bin/node'), join(folder, 'bin/node'));
    chmodSync(join(folder, 'bin/node'), 0o755);
    // Last: where it is, the rest is whole.
    copyFileSync(join(temporary, 'package/LICENSE'), join(folder, 'LICENSE'));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** @throws when the package is another than the pinned one */
export function checkTarball(bytes: Uint8Array, arch: Arch): void {
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (found === pinnedNode[arch].tarball) return;
  throw new Error(
    `node-linux-${arch}@${pinnedNodeVersion}: npm gave ${found}, and ${pinnedNode[arch].tarball} is pinned`,
  );
}

function cacheHome(): string {
  return process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
}
