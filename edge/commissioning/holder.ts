import { lookup } from 'node:dns/promises';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { isIPv4 } from 'node:net';

/**
 * Who else works on a line, as far as /proc tells this user: other people's processes do not show their files, and
 * another system has no /proc. Never a proof that nobody does.
 */
export type Holder = { readonly pid: number; readonly command: string };

/** A process that has the port open. One that names jari goes before others, as a shell may stand in the same terminal. */
export function holderOfPort(port: string): Holder | undefined {
  const path = tried(() => realpathSync(port));
  if (path === undefined) return undefined;
  const all = holdersOf((target) => target === path);
  return all.find(({ command }) => command.includes('jari')) ?? all[0];
}

/** Whether a port is a pseudo-terminal: a virtual line, whatever its path calls it. */
export function isVirtualPort(port: string): boolean {
  return tried(() => realpathSync(port))?.startsWith('/dev/pts/') === true;
}

/** A connection of this machine to a host's port; its process is null where this user may not see it. */
export async function connectionTo(host: string, port: number): Promise<{ holder: Holder | null } | undefined> {
  const addresses = await lookup(host, { all: true, family: 4 }).catch(() => []);
  const wanted = new Set(
    addresses.map(({ address }) => `${hexOf(address)}:${port.toString(16).toUpperCase().padStart(4, '0')}`),
  );
  const rows = (tried(() => readFileSync('/proc/net/tcp', 'utf8')) ?? '').split('\n').slice(1);
  const inodes = rows.flatMap((row) => {
    const cells = row.trim().split(/\s+/);
    const isOpen = cells[3] === established && wanted.has(cells[2] ?? '');
    return isOpen && cells[9] !== undefined ? [cells[9]] : [];
  });
  if (inodes.length === 0) return undefined;
  const sockets = new Set(inodes.map((inode) => `socket:[${inode}]`));
  return { holder: holdersOf((target) => sockets.has(target))[0] ?? null };
}

/** State 01 of /proc/net/tcp. */
const established = '01';

/** As /proc/net/tcp writes an address: in the machine's byte order, which is little endian on all that we run on. */
function hexOf(address: string): string {
  if (!isIPv4(address)) return '';
  const bytes = address.split('.').map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'));
  return bytes.toReversed().join('');
}

function holdersOf(isWanted: (target: string) => boolean): Holder[] {
  const pids = (tried(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
  return pids
    .filter((pid) => pid !== process.pid)
    .filter((pid) => {
      const files = tried(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
      return files.some((file) => isWanted(tried(() => readlinkSync(`/proc/${pid}/fd/${file}`)) ?? ''));
    })
    .map((pid) => ({ pid, command: commandOf(pid) }));
}

function commandOf(pid: number): string {
  const words = (tried(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '').split('\0').filter(Boolean);
  return words.join(' ').slice(0, longestCommand);
}

const longestCommand = 120;

function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
