/**
 * What an ELF file asks of the C libraries: versions such as `GLIBC_2.34`, from its section `.gnu.version_r`. Read here,
 * since a newcomer's machine need not have binutils. 64 bits, little-endian: what x86-64 and arm64 Linux have.
 */

/** By file: `Elfxx_Verneed.vn_file` names the library, each `Elfxx_Vernaux.vna_name` a version of it. */
export type Need = { readonly library: string; readonly version: string };

export type Elf = { readonly machine: 'x64' | 'arm64' | 'other'; readonly needs: readonly Need[] };

const machines: Readonly<Record<number, Elf['machine']>> = { 62: 'x64', 183: 'arm64' };
/** SHT_GNU_verneed of the GNU ABI. */
const verneedType = 0x6ffffffe;

/** @throws when it is no 64-bit little-endian ELF file, or is cut short */
export function readElf(bytes: Uint8Array): Elf {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 64 || view.getUint32(0) !== 0x7f454c46) throw new Error('no ELF file');
  if (view.getUint8(4) !== 2 || view.getUint8(5) !== 1) throw new Error('no 64-bit little-endian ELF file');
  const sections = sectionsOf(view);
  const needs = sections
    .filter(({ type }) => type === verneedType)
    .flatMap((section) => needsIn(view, section, sections[section.link]?.offset ?? 0));
  return { machine: machines[view.getUint16(18, true)] ?? 'other', needs };
}

export function isElf(bytes: Uint8Array): boolean {
  return bytes.length > 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

type Section = { type: number; offset: number; link: number; info: number };

function sectionsOf(view: DataView): Section[] {
  const start = Number(view.getBigUint64(40, true));
  const [size, count] = [view.getUint16(58, true), view.getUint16(60, true)];
  return Array.from({ length: count }, (_, n) => {
    const at = start + n * size;
    return {
      type: view.getUint32(at + 4, true),
      offset: Number(view.getBigUint64(at + 24, true)),
      link: view.getUint32(at + 40, true),
      info: view.getUint32(at + 44, true),
    };
  });
}

/** `sh_info` entries, one a library, each with a list of versions; both lists are chained by relative offsets. */
function needsIn(view: DataView, { offset, info }: Section, strings: number): Need[] {
  const needs: Need[] = [];
  let entry = offset;
  for (let n = 0; n < info; n++) {
    const library = stringAt(view, strings + view.getUint32(entry + 4, true));
    let version = entry + view.getUint32(entry + 8, true);
    for (let left = view.getUint16(entry + 2, true); left > 0; left--) {
      needs.push({ library, version: stringAt(view, strings + view.getUint32(version + 8, true)) });
      version += view.getUint32(version + 12, true);
    }
    entry += view.getUint32(entry + 12, true);
  }
  return needs;
}

function stringAt(view: DataView, at: number): string {
  let text = '';
  for (let place = at; view.getUint8(place) !== 0; place++) text += String.fromCharCode(view.getUint8(place));
  return text;
}

/** Highest version of each family, such as `{ GLIBC: '2.36' }`. */
export type Ceilings = Readonly<Record<string, string>>;

/** The versions above a ceiling that a file asks for, each once, in order: `GLIBC_2.38`. Families without one are not looked at. */
export function tooNew({ needs }: Elf, ceilings: Ceilings): readonly string[] {
  const names = needs
    .map(({ version }) => version)
    .filter((name) => {
      const { family, number } = split(name);
      const ceiling = ceilings[family];
      return ceiling !== undefined && compare(number, ceiling) > 0;
    });
  return [...new Set(names)].toSorted();
}

/** The highest version of a family that is asked for; null when none is. */
export function highest({ needs }: Elf, family: string): string | null {
  const versions = needs.map(({ version }) => split(version)).filter((version) => version.family === family);
  return (
    versions
      .map(({ number }) => number)
      .toSorted(compare)
      .at(-1) ?? null
  );
}

/** `GLIBC_2.34`; names such as `GLIBC_PRIVATE` have no number. */
function split(name: string): { family: string; number: string } {
  const found = /^([A-Z]+)_([0-9.]+)$/.exec(name);
  return { family: found?.[1] ?? '', number: found?.[2] ?? '0' };
}

/** By number, part by part: 2.4 is below 2.36. */
export function compare(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let n = 0; n < Math.max(left.length, right.length); n++) {
    const difference = (left[n] ?? 0) - (right[n] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
