import packageJson from '../../package.json' with { type: 'json' };

/**
 * Which programs may read a database: those from the version on that changed its tables last. Kept in `meta` as one number,
 * so that every later program finds it at once, whatever parts it knows.
 */

/** This program, as such a number. */
export const ownReader = readerOf(packageJson.version);

/** 0.12.3 → 12003. What follows the three numbers does not count. */
export function readerOf(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.+-]/).map(Number);
  return major * 1_000_000 + minor * 1000 + patch;
}

export function versionOf(reader: number): string {
  return [Math.floor(reader / 1_000_000), Math.floor(reader / 1000) % 1000, reader % 1000].join('.');
}
