import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import { pointNameSchema } from '../../contract/ids.ts';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { issue, refused } from '../../contract/words/check/said.ts';
import { conditions } from '../conditions.ts';
import { aboutShape, bitNames, meaningProblems, meaningShape } from '../meaning.ts';
import { type Field, type Problem, type Raws, rawsOf, widthOf } from './field.ts';
import { bytesOfHex, type Layout, layoutSchema, portNumber } from './layout.ts';

/**
 * A sensor that sends messages by itself, over LoRaWAN, NB-IoT or Zigbee, by way of a network server and a broker. The
 * points say what a value means, the layouts where it stands in which message. Read it next to the data sheet.
 */

/** What is known of a message besides its body. */
export const figures = ['rssi', 'snr', 'margin', 'lost', 'battery'] as const;
export type Figure = (typeof figures)[number];

export const uplinkPointSchema = z
  .strictObject({
    type: z.enum(['number', 'bool', 'text']).default('number'),
    /**
     * Not in a body: rssi (dBm) and snr (dB) of the base station that heard it best, margin (dB above what its data rate
     * needs), lost (messages lost since the agent began to listen), battery (%, as the network server asked for it).
     */
    from: z.enum(figures).optional(),
    /** Words for raw values; the point's values are then these words. */
    enum: z.record(z.string().min(1), z.string().min(1)).nullable().default(null),
    bits: bitNames,
    ...meaningShape,
    /** The value counts only while another point of the same message says so, or is none while it does. */
    validWhile: conditions,
    invalidWhile: conditions,
  })
  .superRefine((point, ctx) => {
    for (const { key, reason } of meaningProblems(point)) ctx.addIssue(issue(reason, [key]));
  });

export type UplinkPoint = z.infer<typeof uplinkPointSchema>;

const written = z.strictObject({
  ...aboutShape,
  protocol: z.literal('uplink'),
  /** How often it speaks when nothing happens. */
  every: durationSchema.prefault('1h'),
  /** Ports whose messages say nothing of its points, such as answers to settings. */
  ignore: z.strictObject({ ports: z.array(portNumber).default([]) }).prefault({}),
  layouts: z.array(layoutSchema).min(1),
  points: z
    .record(pointNameSchema, uplinkPointSchema)
    .refine((points) => Object.keys(points).length > 0, refused({ code: 'no-points' })),
});

type Written = z.infer<typeof written>;

/** A place in a body with what its raw values mean. */
export type Place = { readonly point: string; readonly field: Field; readonly raws: Raws };

export type Channel = {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly places: readonly Place[];
};

/** A layout ready to be read by. */
export type ReadLayout = {
  readonly layout: Layout;
  readonly start: Uint8Array;
  readonly places: readonly Place[];
  readonly channels: readonly Channel[];
};

export const uplinkProfileSchema = written
  .superRefine((profile, ctx) => {
    const say = (path: readonly PropertyKey[], reason: CheckReason) => ctx.addIssue(issue(reason, path));
    for (const { path, reason } of profileProblems(profile)) say(path, reason);
  })
  .transform((profile) => ({ ...profile, readers: profile.layouts.map((layout) => readerOf(profile, layout)) }));

export type UplinkProfile = z.infer<typeof uplinkProfileSchema>;

type FieldAt = { readonly path: readonly PropertyKey[]; readonly point: string; readonly field: Field };

/** Every field of a layout with its place in the file. */
function fieldsIn(layout: Layout, index: number): FieldAt[] {
  const of = (fields: Readonly<Record<string, Field>>, at: readonly PropertyKey[]) =>
    Object.entries(fields).map(([point, field]) => ({ path: [...at, point], point, field }));
  const at = ['layouts', index];
  if (layout.body !== 'channels') return of(layout.fields, [...at, 'fields']);
  return Object.entries(layout.channels).flatMap(([key, item]) => of(item.fields, [...at, 'channels', key, 'fields']));
}

function readerOf({ points }: Written, layout: Layout): ReadLayout {
  const placeOf = ([point, field]: [string, Field]): Place[] => {
    const own = points[pointNameSchema.parse(point)];
    return own === undefined ? [] : [{ point, field, raws: rawsOf(own, field).raws }];
  };
  const places = layout.body === 'channels' ? [] : Object.entries<Field>(layout.fields).flatMap(placeOf);
  const channels =
    layout.body !== 'channels'
      ? []
      : Object.entries(layout.channels).map(([key, { length, fields }]) => ({
          key: key.replaceAll(' ', '').replace(/../g, ' $&').trim().toUpperCase(),
          bytes: bytesOfHex(key),
          length,
          places: Object.entries<Field>(fields).flatMap(placeOf),
        }));
  const start = 'start' in layout && layout.start !== undefined ? bytesOfHex(layout.start) : new Uint8Array(0);
  return { layout, start, places, channels };
}

function profileProblems(profile: Written): Problem[] {
  const { points, layouts } = profile;
  const names = Object.keys(points);
  const all = layouts.flatMap(fieldsIn);
  const placed = new Set(all.map(({ point }) => point));
  return [
    ...all.flatMap(({ path, point, field }): Problem[] => {
      const own = Object.entries(points).find(([name]) => name === point)?.[1];
      if (own === undefined) return [{ path, reason: { code: 'field-of-no-point', point, known: names } }];
      if (own.from !== undefined) return [{ path, reason: { code: 'figure-in-body', point, from: own.from } }];
      return rawsOf(own, field).problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
    }),
    ...Object.entries(points).flatMap(([name, { from }]): Problem[] =>
      from !== undefined || placed.has(name) ? [] : [{ path: ['points', name], reason: { code: 'point-nowhere' } }],
    ),
    ...layouts.flatMap((layout, i) => boundProblems(layout, i)),
    ...layouts.flatMap((layout, i) => rivalProblems(profile, layout, i)),
  ];
}

/** Fields beyond the end of their body, and channels whose names begin another's. */
function boundProblems(layout: Layout, index: number): Problem[] {
  const at = ['layouts', index];
  const beyond = (fields: Readonly<Record<string, Field>>, bytes: number, path: readonly PropertyKey[]): Problem[] =>
    Object.entries(fields).flatMap(([point, field]): Problem[] =>
      'at' in field && field.at + widthOf(field) > bytes
        ? [{ path: [...path, point, 'at'], reason: { code: 'frame-ends', bytes } }]
        : [],
    );
  if (layout.body === 'bytes') return beyond(layout.fields, Math.min(...layout.length), [...at, 'fields']);
  if (layout.body !== 'channels') return [];
  const keys = Object.keys(layout.channels).map((key) => ({ key, digits: key.replaceAll(' ', '').toLowerCase() }));
  return [
    ...Object.entries(layout.channels).flatMap(([key, { length, fields }]) =>
      beyond(fields, length, [...at, 'channels', key, 'fields']),
    ),
    ...keys.flatMap(({ key, digits }, i): Problem[] => {
      const other = keys.find(
        (each, j) => j !== i && digits.startsWith(each.digits) && (j < i || each.digits !== digits),
      );
      return other === undefined
        ? []
        : [{ path: [...at, 'channels', key], reason: { code: 'channel-begins-another', other: other.key } }];
    }),
  ];
}

/** Two layouts that one message could have. */
function rivalProblems({ layouts, ignore }: Written, layout: Layout, index: number): Problem[] {
  const at = ['layouts', index];
  const ignored = layout.port?.find((port) => ignore.ports.includes(port));
  if (ignored !== undefined) return [{ path: [...at, 'port'], reason: { code: 'port-ignored', port: ignored } }];
  const rival = layouts.slice(0, index).find((other) => mayBeOne(layout, other));
  return rival === undefined ? [] : [{ path: at, reason: { code: 'layouts-alike', other: rival.id } }];
}

function mayBeOne(a: Layout, b: Layout): boolean {
  if (!overlap(a.port, b.port) || !overlap(a.firmware, b.firmware)) return false;
  if ((a.body === 'json') !== (b.body === 'json')) return false;
  if (a.body === 'json') return true;
  if ('length' in a && 'length' in b && !overlap(a.length, b.length)) return false;
  const [one, other] = [startOf(a), startOf(b)];
  return one.startsWith(other) || other.startsWith(one);
}

function startOf(layout: Layout): string {
  return 'start' in layout ? (layout.start ?? '').replaceAll(' ', '').toLowerCase() : '';
}

function overlap<T>(a: readonly T[] | undefined, b: readonly T[] | undefined): boolean {
  return a === undefined || b === undefined || a.some((each) => b.includes(each));
}

/** Firmware that a device of this profile must name one of; none where no layout asks for it. */
export function firmwaresOf({ layouts }: Pick<UplinkProfile, 'layouts'>): readonly string[] {
  return [...new Set(layouts.flatMap(({ firmware = [] }) => firmware))];
}
