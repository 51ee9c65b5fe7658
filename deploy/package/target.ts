import type { Ceilings } from './elf.ts';

/** A machine that is packaged for: its name in npm's packages and in Debian's. */
export type Arch = 'x64' | 'arm64';

export const debianNames: Readonly<Record<Arch, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * The Node that goes into the packages. It comes from npm: `node-linux-<arch>` holds the binary that nodejs.org builds.
 * `node_modules/node` has only this machine's own, and the lock file names none of the others, so they are pinned here.
 */
export const pinnedNode: Readonly<Record<Arch, { tarball: string; binary: string }>> = {
  x64: {
    /** SHA-512 of the npm package, as npm says it. */
    tarball: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    /** SHA-256 of `bin/node` in it, in hex. */
    binary: '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
  },
  arm64: {
    tarball: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    binary: '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
  },
};

export const pinnedNodeVersion = '24.21.0';

/** What the C and C++ libraries of Debian 12 have. A native file that asks for more would not load there. */
export const debian12: Ceilings = { GLIBC: '2.36', GLIBCXX: '3.4.30', CXXABI: '1.3.13' };

export function archOf(text: string): Arch | null {
  if (text === 'x64' || text === 'amd64') return 'x64';
  return text === 'arm64' ? text : null;
}
