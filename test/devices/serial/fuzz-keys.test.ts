import { expect, test } from 'vitest';
import { readFrame } from '../../../devices/serial/decode.ts';
import { framerOf } from '../../../devices/serial/framer.ts';
import { type TalkerProfile, talkerProfileSchema } from '../../../devices/serial/talker-profile.ts';
import { type Dice, diceOf, eachSeed, fuzz } from '../../edge/bus/fuzz-frames.ts';
import { waitFor, writtenWaits } from '../sheets/make.ts';
import { imageOf, type Place, type Row, type Worth, worthOf } from '../sheets/sheet.ts';
import { askedOf } from './builders.ts';

/** Sensors that talk, by chance, with every key of the format, against a reading of their data sheets that shares no code. */

const profiles = Math.ceil(fuzz.frames / 20);
const framesEach = 10;
const about = { id: 'made', maker: 'made', model: 'made', source: 'chance', verified: 'none' };
const plain = { table: 'holding', none: [], valid: null, factors: [], negative: [], counts: [] } as const;

test('a frame of bytes says what its sheet says of it, and nothing where that says none', {
  timeout: fuzz.timeoutMs,
}, async () => {
  const seen = { good: 0, none: 0 };
  await eachSeed(profiles, (seed) => {
    const dice = diceOf(seed);
    const drawn = Array.from({ length: dice.between(3, 8) }, (_, nth) => byteRow(dice, `p_${nth}`));
    const made = drawn.map(({ row, point }, nth) => withWait(dice, { row, point }, drawn.slice(0, nth)));
    const rows = new Map(made.map(({ row }) => [row.name, row]));
    const checksum = { kind: 'crc16-modbus', from: 0, to: 12, at: 13 };
    const points = Object.fromEntries(made.map(({ row, point }) => [row.name, point]));
    const frame = { start: [0xaa], length: 15, checksum };
    const profile = profileOf({ ...about, protocol: 'serial-frames', frame, points });
    if (profile === undefined) return;
    for (let n = 0; n < framesEach; n++) {
      const image = imageOf(rows.values(), dice);
      const body = Uint8Array.from([0xaa, ...Array.from({ length: 12 }, (_, i) => image('holding', i + 1) & 0xff)]);
      const crc = crcByBits(body);
      judge(profile, Uint8Array.from([...body, crc & 0xff, crc >> 8]), (name) => worthOf(rows, name, image), seen);
    }
  });
  expect(seen.good).toBeGreaterThan(profiles);
  expect(seen.none).toBeGreaterThan(profiles);
});

test('a line says what its sheet says of it; of seven bits that are read as eight it says the same, or nothing', {
  timeout: fuzz.timeoutMs,
}, async () => {
  const seen = { good: 0, none: 0 };
  await eachSeed(profiles, (seed) => {
    const dice = diceOf(seed);
    const decimals = dice.of([0, 1, 2]);
    const below = dice.chance(0.4) ? dice.of([10, 300]) : null;
    const none = dice.chance(0.5) ? Number((999.99).toFixed(decimals)) : null;
    const isWaiting = { word: dice.chance(0.4), flag: dice.chance(0.4) };
    const range = {
      kind: 'test',
      decimals,
      ...(none === null ? {} : { sentinels: [none] }),
      ...(below === null ? {} : { trueBelow: below }),
      ...(isWaiting.word ? { validWhile: { word: dice.of([['ok'], ['ok', 'idle']]) } } : {}),
      ...(isWaiting.flag ? { invalidWhile: 'flag' } : {}),
    };
    const profile = profileOf({
      ...about,
      ...{ protocol: 'serial-lines', link: { dataBits: 7 } },
      frame: { start: '#', layout: '#{word},{flag},{range}', checksum: { kind: 'crc16-modbus' } },
      points: {
        word: { enum: { A: 'ok', I: 'idle', V: 'void' }, kind: 'test' },
        flag: { type: 'bool', on: 'Y', off: 'N', kind: 'test' },
        range,
      },
    });
    if (profile === undefined) throw new Error('a plain profile was refused');
    const waited = 'validWhile' in range ? [range.validWhile?.word].flat() : null;
    for (let n = 0; n < framesEach; n++) {
      const word = dice.of(['A', 'I', 'V', 'X'] as const);
      const flag = dice.of(['Y', 'N', '?'] as const);
      const number = none !== null && dice.chance(0.3) ? none : dice.below(50_000) / 10 ** decimals - 20;
      const text = `#${word},${flag},${number.toFixed(dice.chance(0.9) ? decimals : decimals + 1)}`;
      const said: Record<string, Worth | null> = {
        word: { A: 'ok', I: 'idle', V: 'void', X: null }[word],
        flag: { Y: true, N: false, '?': null }[flag],
      };
      const written = text.split(',')[2] ?? '';
      const isNone = Number(written) === none || (written.split('.')[1] ?? '').length !== decimals;
      const isCounted =
        (waited === null || waited.some((each) => each === said.word)) && (!isWaiting.flag || flag === 'N');
      said.range = isNone || !isCounted ? null : below === null ? Number(written) : Number(written) < below;
      const crc = crcByBits(latin1(text)).toString(16).toUpperCase().padStart(4, '0');
      const line = latin1(`${text}*${crc}\r\n`);
      judge(profile, line, (name) => said[name] ?? null, seen);
      judgeEight(profile, line.map(withParity), (name) => said[name] ?? null);
    }
  });
  expect(seen.good).toBeGreaterThan(profiles);
  expect(seen.none).toBeGreaterThan(profiles);
});

/** A number of bytes, a bit of one, or words, beginning behind the start byte. */
function byteRow(dice: Dice, name: string): { row: Row; point: object } {
  const size = dice.of([1, 1, 2, 4] as const);
  const at = dice.between(1, 13 - size);
  const order = { 1: 'A', 2: dice.of(['AB', 'BA'] as const), 4: dice.of(['ABCD', 'CDAB', 'BADC', 'DCBA'] as const) }[
    size
  ];
  const byteOf = (letter: string) => at + order.indexOf(letter);
  const places = [...'ABCD'.slice(0, size)].flatMap((letter) =>
    [7, 6, 5, 4, 3, 2, 1, 0].map((bit): Place => ({ register: byteOf(letter), bit })),
  );
  if (size === 1 && dice.chance(0.5)) {
    const bit = dice.below(8);
    const isInverted = dice.chance(0.3);
    const row: Row = {
      ...plain,
      name,
      places: [{ register: at, bit }],
      sign: 'none',
      says: { kind: 'contact', isInverted },
    };
    return { row, point: { at, type: 'bit', bit, invert: isInverted, kind: 'test' } };
  }
  const sign = dice.of(['none', 'complement'] as const);
  const point = {
    ...{ at, kind: 'test', type: `${sign === 'none' ? 'u' : 'i'}${8 * size}` },
    ...(size === 1 ? {} : { order: size === 2 ? { AB: 'ABCD', BA: 'DCBA' }[order as 'AB'] : order }),
  };
  if (dice.chance(0.3)) {
    const low = sign === 'none' ? 3n : -2n;
    const says = {
      kind: 'words',
      words: new Map([
        [0n, 'ok'],
        [1n, 'idle'],
        [low, 'fault'],
      ]),
    } as const;
    return {
      row: { ...plain, name, places, sign, says },
      point: { ...point, enum: { 0: 'ok', 1: 'idle', [String(low)]: 'fault' } },
    };
  }
  const decimals = dice.of([0, 1]);
  const below = dice.chance(0.3) ? 10 : null;
  const none = dice.chance(0.5) ? 2n ** BigInt(8 * size - 1) : null;
  const says = { kind: 'number', decimals, offset: 0, below } as const;
  const raw = none === null ? [] : [sign === 'none' ? none : -none];
  return {
    row: { ...plain, name, places, sign, says, none: raw },
    point: {
      ...point,
      scale: 10 ** -decimals,
      ...(below === null ? {} : { trueBelow: below }),
      ...(none === null ? {} : { sentinels: [Number(none)] }),
    },
  };
}

function withWait(dice: Dice, { row, point }: { row: Row; point: object }, others: readonly { row: Row }[]) {
  const waits = others.filter(() => dice.chance(0.4)).flatMap((other) => waitFor(dice, other.row));
  if (waits.length === 0) return { row, point };
  const so = dice.chance(0.5);
  const counts = waits.map((wait) => ({ ...wait, so }));
  return { row: { ...row, counts }, point: { ...point, [so ? 'validWhile' : 'invalidWhile']: writtenWaits(waits) } };
}

function profileOf(file: object): TalkerProfile | undefined {
  return talkerProfileSchema.safeParse(file).data;
}

function judge(
  profile: TalkerProfile,
  bytes: Uint8Array,
  worth: (name: string) => Worth | null,
  seen: { good: number; none: number },
): void {
  const [frame] = framerOf(profile).take(bytes, 0);
  const said = frame && readFrame(profile, askedOf(profile), frame);
  if (said === undefined) throw new Error(`no frame in ${bytes}`);
  for (const [name, { value, fault }] of said.points) {
    const want = worth(name);
    seen[want === null ? 'none' : 'good']++;
    if (value !== want || (value === null) !== (fault !== null))
      throw new Error(`${name} is ${value} (${fault}), not ${want}: ${bytes} by ${JSON.stringify(profile)}`);
  }
}

/** Whatever is made of bytes with a parity in their top bit, no value is another than the sheet's. */
function judgeEight(profile: TalkerProfile, bytes: Uint8Array, worth: (name: string) => Worth | null): void {
  for (const frame of framerOf(profile).take(bytes, 0))
    for (const [name, { value }] of readFrame(profile, askedOf(profile), frame)?.points ?? [])
      if (value !== null && value !== worth(name)) throw new Error(`${name} is ${value}, not ${worth(name)}: ${bytes}`);
}

function withParity(byte: number): number {
  const ones = byte.toString(2).replaceAll('0', '').length;
  return byte | (ones % 2 === 1 ? 0x80 : 0);
}

/** CRC-16 of Modbus by bits, so that no mistake of the table is shared. */
function crcByBits(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
