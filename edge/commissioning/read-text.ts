import { deviceReasonText } from '../../contract/words/devices.ts';
import { faultNames } from '../../contract/words/faults.ts';
import { digits } from '../../contract/words/figures.ts';
import type { Language } from '../../contract/words/language.ts';
import { table } from '../../contract/words/table.ts';
import { bitsText, textOf } from '../../devices/decodings.ts';
import { rangeName } from '../../devices/plan.ts';
import { type Clue, decodingName, type Known, type Suspect } from './detective.ts';
import type { Judged, Reading, ReadResult } from './read.ts';
import type { Target } from './target.ts';

export type ReadAbout = {
  readonly line: string;
  readonly unit: number;
  readonly range: Extract<Target, { kind: 'range' }>;
  /** The point as people know it, and its unit. */
  readonly point: { readonly name: string; readonly unit: string | null } | null;
  readonly known: Known | null;
};

/** Everything that a range may mean, for a person before a device. */
export function readText(result: ReadResult, about: ReadAbout, language: Language): string {
  const { range, line, unit } = about;
  const head = `${line} · ${language === 'ko' ? '국번' : 'unit'} ${unit} · ${rangeName(range)}`;
  return [
    head,
    ...result.reads.map((read) => rawLine(read, language)),
    ...registerLines(result, about),
    ...pointLine(result, about, language),
    ...decodingTables(result, range.address),
    ...legend(result, language),
    ...suspectLines(result.suspects, about, language),
  ].join('\n');
}

function rawLine({ at, items, reason }: Reading, language: Language): string {
  const time = new Date(at).toISOString().slice(11, 23);
  return `${time}  ${items === null ? deviceReasonText(reason)[language] : items.map((item) => hexOf(item)).join(' ')}`;
}

function hexOf(word: number): string {
  return word.toString(16).padStart(4, '0');
}

function registerLines({ reads, bits }: ReadResult, { range }: ReadAbout): string[] {
  const last = reads.findLast(({ items }) => items !== null)?.items ?? [];
  if (bits !== null)
    return bits.map((bit, nth) => `${rangeName({ ...range, address: range.address + nth, count: 1 })}  ${bit}`);
  const rows = last.map((word, nth) => [String(range.address + nth), hexOf(word), bitsText(word)]);
  const text = textOf(last);
  return [...rows.map((row) => row.join('  ')), ...(text === undefined ? [] : [`"${text}"`])];
}

function pointLine({ meant }: ReadResult, { point }: ReadAbout, language: Language): string[] {
  if (point === null || meant === null) return [];
  if (meant.value === null)
    return [`${point.name}: ${meant.fault === null ? '?' : faultNames[meant.fault][language]} (${meant.fault})`];
  return [`${point.name} = ${meant.value}${point.unit === null ? '' : ` ${point.unit}`}`];
}

/** One row a type, one column an order: what a byte order changes stands side by side. */
function decodingTables({ decodings }: ReadResult, address: number): string[] {
  const byPlace = Map.groupBy(decodings, ({ offset, registers }) => `${offset} ${registers}`);
  const rows = [...byPlace.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const from = address + first.offset;
    const name = first.registers === 1 ? String(from) : `${from}–${from + first.registers - 1}`;
    return [...Map.groupBy(group, ({ type }) => type)].map(([type, own]) => [
      name,
      type,
      ...columns.map((orders) => cellOf(own.find(({ order }) => orders.includes(order)))),
    ]);
  });
  return rows.length === 0 ? [] : [table(['', '', 'ABCD', 'CDAB', 'BADC', 'DCBA'], rows)];
}

const columns: readonly (readonly string[])[] = [
  ['ABCD', 'ABCDEFGH'],
  ['CDAB', 'GHEFCDAB'],
  ['BADC', 'BADCFEHG'],
  ['DCBA', 'HGFEDCBA'],
];

const marks = { 'in-range': ' ✓', 'out-of-range': ' ✗', unlikely: ' ✗', unknown: '' } as const;

function cellOf(judged: Judged | undefined): string {
  if (judged === undefined) return '';
  const { value, scaled, plausible, moved } = judged;
  const number = typeof value === 'number' ? figure(scaled ?? value) : value;
  return `${number}${moved ? '~' : ''}${marks[plausible]}`;
}

/** Seven figures: what a float of 32 bits holds. Very large and small ones keep their exponent, or no column holds them. */
function figure(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return String(Number(value.toPrecision(7)));
}

function rough(value: number): string {
  return digits(Number(value.toPrecision(2)));
}

function legend({ decodings }: ReadResult, language: Language): string[] {
  if (decodings.length === 0) return [];
  return [
    language === 'ko'
      ? '✓ 프로파일의 범위 안, ✗ 범위 밖 또는 있을 수 없는 크기, ~ 읽을 때마다 변함'
      : '✓ within the profile’s range, ✗ outside of it, or no size that anything has, ~ moved between reads',
  ];
}

function suspectLines(found: readonly Suspect[], { known, range }: ReadAbout, language: Language): string[] {
  if (known === null) return [];
  const wanted = `${digits(known.value)} ± ${digits(Number(known.tolerance.toPrecision(3)))}`;
  if (found.length === 0)
    return [
      language === 'ko'
        ? `${wanted}에 맞는 해석 없음: 다른 주소, 또는 실제 값 확인`
        : `nothing here gives ${wanted}: another address, or is the known value right?`,
    ];
  const rows = found.map((suspect, nth) => [
    `${nth + 1}.`,
    decodingName({ ...suspect.decoding, offset: suspect.decoding.offset + range.address }).slice(1),
    `× ${digits(suspect.factor)}`,
    `= ${figure(suspect.value)}`,
    suspect.clues.map((clue) => clueText(clue, range.address, language)).join('; '),
  ]);
  return [
    language === 'ko' ? `${wanted}에 맞는 해석:` : `what gives ${wanted}:`,
    table(['', '', '', '', ''], rows).trimStart(),
  ];
}

function clueText(clue: Clue, address: number, language: Language): string {
  const isKo = language === 'ko';
  switch (clue.code) {
    case 'off':
      return isKo ? `차이 ${rough(clue.by)}` : `off by ${rough(clue.by)}`;
    case 'accident':
      return isKo ? `우연일 확률 1/${clue.oneIn}` : `an accident once in ${clue.oneIn}`;
    case 'moved':
      return clue.by === 0
        ? isKo
          ? '변화 없음'
          : 'did not move'
        : isKo
          ? `읽는 동안 ${rough(clue.by)} 변함`
          : `moved by ${rough(clue.by)}`;
    case 'profile-says':
      return isKo ? '프로파일과 같음' : 'as the profile has it';
    case 'same-as': {
      const names = clue.names.map((name) => moveBy(name, address)).join(', ');
      return isKo
        ? `${names}도 같은 값이라 이 값만으로 구별 안 됨`
        : `${names} say the same, and this value cannot part them`;
    }
  }
}

function moveBy(name: string, address: number): string {
  return name.replace(/^\+(\d+)/, (_, offset: string) => String(Number(offset) + address));
}
