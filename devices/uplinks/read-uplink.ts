import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { endedBy, whileSaid } from '../conditions.ts';
import { scaleExactly, timesExactly } from '../decimal.ts';
import { bad, good, isOutside, type Meant, measured, wordFor, wordOf } from '../meaning.ts';
import { isFloatSentinel } from '../raw.ts';
import { type Body, beginsWith, choose, longestShown, type Reader, type Ready, readyOf } from './choose-layout.ts';
import type { ByteField, JsonField, NoValueWord, SenmlField, TlvField } from './field.ts';
import { at, type JsonRaw, parseJson, senmlRecordOf, senmlRecords } from './json-body.ts';
import { type BytesLayout, hexOf } from './layout.ts';
import { readTlv, tlvRaw } from './lwm2m-tlv.ts';
import { rawFrom } from './raw-bytes.ts';
import { parseSenmlCbor } from './senml-cbor.ts';
import type { Channel, Place, ReadLayout, UplinkPoint } from './uplink-profile.ts';

export type { Body, Reader } from './choose-layout.ts';

/** Why a value is none, where its device or its place says so. */
export type NoValue = { readonly point: string; readonly why: NoValueWord | 'not-finite' };

/** What a message says. refused: no layout fits, and nothing of it is believed. */
export type UplinkSaid =
  | {
      readonly kind: 'said';
      readonly layout: string;
      readonly points: ReadonlyMap<string, Meant>;
      readonly noValues: readonly NoValue[];
      /** Of points whose value is not of now: their times as SenML has them, s (`senmlTime`). */
      readonly times: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'refused'; readonly reason: DeviceReason };

type Raw = number | boolean | string | undefined;
type Found = { readonly place: Place; readonly raw: Raw; readonly time?: number };
type Read =
  | { readonly ok: true; readonly found: readonly Found[] }
  | { readonly ok: false; readonly reason: DeviceReason };

/**
 * Reads a whole message by the one layout that its port, the device's firmware, its first bytes and its exact length name.
 * Never throws. A point that the message does not bring is not among the points.
 */
export function readUplink(reader: Reader, body: Body): UplinkSaid {
  if (body.kind === 'bytes' && body.port !== null && reader.profile.ignore.ports.includes(body.port))
    return { kind: 'ignored' };
  const ready = readyOf(reader);
  const chosen = choose(ready, body);
  if (!chosen.ok) return { kind: 'refused', reason: chosen.reason };
  const read = rawsIn(chosen.by, body);
  if (!read.ok) return { kind: 'refused', reason: read.reason };
  return told(ready, chosen.by.layout.id, read.found);
}

function rawsIn(by: ReadLayout, body: Body): Read {
  const { layout } = by;
  switch (layout.body) {
    case 'bytes':
      if (body.kind === 'bytes' && !addsUp(layout, body.bytes))
        return { ok: false, reason: { code: 'wrong-sum', hex: hexOf(body.bytes, longestShown) } };
      return body.kind === 'bytes' ? inBytes(by.places, body.bytes, layout.order) : notJson;
    case 'channels':
      return body.kind === 'bytes' ? inChannels(by, body.bytes, layout.order) : notJson;
    case 'lwm2m-tlv':
      return body.kind === 'bytes' ? inTlv(by.places, body.bytes) : notJson;
    case 'json': {
      const json = body.kind === 'json' ? body.json : parseJson(body.bytes);
      if (typeof json !== 'object' || json === null) return notJson;
      return known(by.places.map((place) => ({ place, raw: jsonRaw(place.field as JsonField, json) })));
    }
    case 'senml':
      return inSenml(by.places, body.kind === 'json' ? body.json : parseJson(body.bytes)) ?? notJson;
    case 'senml-cbor': {
      const pack = body.kind === 'bytes' ? parseSenmlCbor(body.bytes) : body.json;
      const hex = body.kind === 'bytes' ? hexOf(body.bytes, longestShown) : '';
      return inSenml(by.places, pack) ?? { ok: false, reason: { code: 'not-senml', hex } };
    }
  }
}

function inSenml(places: readonly Place[], pack: unknown): Read | undefined {
  const records = senmlRecords(pack);
  if (records === null) return undefined;
  return known(
    places.map((place) => {
      const { value: raw, time = 0 } = senmlRecordOf(place.field as SenmlField, records) ?? { value: undefined };
      return { place, raw, time };
    }),
  );
}

const notJson: Read = { ok: false, reason: { code: 'not-json' } };

function addsUp({ sumsTo }: BytesLayout, bytes: Uint8Array): boolean {
  return sumsTo === undefined || bytes.reduce((sum, byte) => sum + byte, 0) % 256 === sumsTo;
}

function inBytes(places: readonly Place[], bytes: Uint8Array, order: 'big' | 'little'): Read {
  return { ok: true, found: places.map((place) => ({ place, raw: rawFrom(place.field as ByteField, bytes, order) })) };
}

/** Channel by channel to the very end. One that is not known may be of any length, so all behind it would be a guess. */
function inChannels({ channels, start }: ReadLayout, bytes: Uint8Array, order: 'big' | 'little'): Read {
  const found: Found[] = [];
  for (let from = start.length; from < bytes.length; ) {
    const channel = channels.find((each) => beginsWith(bytes, from, each.bytes));
    if (channel === undefined) {
      const hex = hexOf(bytes.subarray(from), longestShown);
      return { ok: false, reason: { code: 'other-channel', at: from, hex } };
    }
    const begin = from + channel.bytes.length;
    const data = bytes.subarray(begin, begin + channel.length);
    if (data.length < channel.length) return { ok: false, reason: cut(channel, data.length) };
    for (const place of channel.places) found.push({ place, raw: rawFrom(place.field as ByteField, data, order) });
    from = begin + channel.length;
  }
  return { ok: true, found };
}

function cut({ key, length }: Channel, got: number): DeviceReason {
  return { code: 'cut-channel', channel: key, got, of: length };
}

function inTlv(places: readonly Place[], bytes: Uint8Array): Read {
  const tlv = readTlv(bytes);
  if (!tlv.ok) return { ok: false, reason: { code: 'not-tlv', at: tlv.at, hex: hexOf(bytes, longestShown) } };
  const found = places.flatMap((place): Found[] => {
    const field = place.field as TlvField;
    const value = tlv.values.get(field.path);
    return value === undefined ? [] : [{ place, raw: tlvRaw(field, value) ?? Number.NaN }];
  });
  return known(found);
}

/** JSON says itself what it brings, so what is not there is not missing; but something of this sensor's must be. */
function known(found: readonly Found[]): Read {
  const there = found.filter(({ raw }) => raw !== undefined);
  if (there.length > 0) return { ok: true, found: there };
  return { ok: false, reason: { code: 'no-known-field' } };
}

function jsonRaw({ path, type }: JsonField, json: unknown): JsonRaw {
  const said = at(json, path);
  if (said === undefined) return undefined;
  // What is there and of another type is no value: null, or text where a number belongs.
  if (type === 'number') return typeof said === 'number' ? said : Number.NaN;
  if (type === 'text') return typeof said === 'string' ? said : Number.NaN;
  return typeof said === 'boolean' || typeof said === 'string' || typeof said === 'number' ? said : Number.NaN;
}

function told({ points, isConditional }: Ready, layout: string, found: readonly Found[]): UplinkSaid {
  const said = new Map<string, Meant>();
  const noValues = new Map<string, NoValue>();
  const times = new Map<string, number>();
  for (const { place, raw, time = 0 } of found) {
    const point = points.get(place.point);
    if (point === undefined) continue;
    const { why, ...meant } = means(point, place, raw);
    const before = said.get(place.point);
    // A report and an alarm may bring one quantity: the one that has a value speaks, and two must agree.
    if (before !== undefined && before.value !== null && meant.value !== null && before.value !== meant.value)
      return { kind: 'refused', reason: { code: 'point-twice', point: place.point } };
    if (before !== undefined && meant.value === null) continue;
    said.set(place.point, meant);
    if (time !== 0) times.set(place.point, time);
    if (why === null) noValues.delete(place.point);
    else noValues.set(place.point, { point: place.point, why });
  }
  const counting = isConditional ? whileAllSay(points, said) : said;
  return { kind: 'said', layout, points: counting, noValues: [...noValues.values()], times };
}

type Judged = Meant & { readonly why: NoValue['why'] | null };

function means(point: UplinkPoint, { raws }: Place, raw: Raw): Judged {
  if (raw === undefined) return none('out-of-range');
  if (raws.kind === 'text' && typeof raw === 'string')
    return { ...(raws.enum === null ? good(raw) : wordOf(raws.enum, raw)), why: null };
  if (point.type === 'bool' && point.enum === null && typeof raw !== 'number') return yesOrNo(point, raws, raw);
  if (typeof raw === 'boolean') return numeric(point, raws, raw ? 1 : 0);
  return typeof raw === 'number' ? numeric(point, raws, raw) : none('out-of-range');
}

function numeric(point: UplinkPoint, raws: Place['raws'], raw: number): Judged {
  const code = raws.noValue.find(({ first, last }) => raw >= first && raw <= last)?.why;
  if (code !== undefined) return { ...bad(isRange(code) ? 'out-of-range' : 'sentinel'), why: code };
  if (!Number.isFinite(raw)) return { ...bad('out-of-range'), why: 'not-finite' };
  const isNone = (each: number) => each === raw || (raws.kind === 'float' && isFloatSentinel(32, each, raw));
  if (raws.sentinels.some(isNone)) return none('sentinel');
  if (isOutside(raws.rawValid, raw)) return none('out-of-range');
  if (raws.enum !== null) return { ...wordFor(raws.enum, raw), why: null };
  if (point.type === 'bool') return yesOrNo(point, raws, raw);
  return { ...measured(point, scaled(point, raws, raw)), why: null };
}

function isRange(code: NoValueWord): boolean {
  return code === 'over-range' || code === 'under-range' || code === 'invalid-reading';
}

function yesOrNo({ invert }: UplinkPoint, { on, off }: Place['raws'], raw: number | boolean | string): Judged {
  if (!on.includes(raw) && !off.includes(raw)) return none('out-of-range');
  return { ...good(on.includes(raw) !== invert), why: null };
}

function scaled({ scale, offset }: UplinkPoint, raws: Place['raws'], raw: number): number {
  const by = raws.scale === 1 ? scale : timesExactly(scale, raws.scale);
  return Number.isSafeInteger(raw) ? scaleExactly(raw, by, offset) : raw * by + offset + 0;
}

function none(fault: 'out-of-range' | 'sentinel'): Judged {
  return { ...bad(fault), why: null };
}

/**
 * What of a message's values counts by what its other values say. A message need not bring them all: what it does not bring and
 * an earlier one did counts no more where this one speaks against it.
 */
function whileAllSay(points: Ready['points'], said: ReadonlyMap<string, Meant>): ReadonlyMap<string, Meant> {
  const known = new Map<string, Meant | undefined>();
  const meantOf = (name: string): Meant | undefined => {
    const profile = points.get(name);
    if (profile === undefined || known.has(name)) return known.get(name);
    known.set(name, bad('out-of-range'));
    const own = said.get(name);
    const meant = own === undefined ? endedBy(profile, meantOf) : whileSaid(profile, own, meantOf);
    known.set(name, meant);
    return meant;
  };
  return new Map(
    [...points.keys()].flatMap((name) => {
      const meant = meantOf(name);
      return meant === undefined ? [] : [[name, meant] as const];
    }),
  );
}
