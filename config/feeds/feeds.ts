import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import { type Hazard, hazards, levels } from '../../contract/hazards.ts';
import { refused, text } from '../../contract/words/check/said.ts';
import { durationText } from '../../contract/words/check/text.ts';
import { provenanceShape, textSchema } from '../lots/provenance.ts';

/** What other systems are told about a site, and under which names and ids. All of it may be left out. */

const hourMs = 3_600_000;
const between = (low: number, high: number) =>
  durationSchema.refine(
    (ms) => ms >= low && ms <= high,
    refused({ code: 'between-spans', least: durationText(low), most: durationText(high) }),
  );
/** CAP 1.2, 3.2.1: neither spaces nor commas nor < nor &. */
const capId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s,<&]+$/, text({ code: 'feed-id-form' }));
const pair = z.strictObject({ name: z.string().trim().min(1).max(200), value: z.string().trim().min(1).max(200) });
const hazard = z.enum(hazards);
const level = z.enum(levels);
const code = (what: string) => z.string().trim().min(1).max(63).describe(what);

const capSchema = z.strictObject({
  sender: capId.optional().describe('unique in the world, such as a domain name of the operator: safety.example.kr'),
  senderName: textSchema.optional().describe("who sends, as people read it; the site's name if not given"),
  web: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('a page that people may look at'),
  contact: z.string().trim().min(1).max(200).optional().describe('a telephone number or address of a desk'),
  codes: z.array(z.string().trim().min(1).max(200)).max(20).default([]).describe('marks of profiles that are followed'),
  eventCodes: z.partialRecord(hazard, z.array(pair).max(10)).default({}).describe('codes of events, by hazard'),
  geocodes: z.array(pair).max(20).default([]).describe('codes of the area, such as { name: 법정동코드, value: … }'),
  hazards: z
    .array(hazard)
    .default(['fire', 'gas', 'co', 'flood', 'collapse', 'vibration', 'earthquake'])
    .describe('hazards that the public is told of'),
  from: level.default('주의').describe('the lowest level that the public is told of'),
  valid: between(10 * 60_000, 24 * hourMs)
    .prefault('4h')
    .describe('how long a message holds; it is renewed while the condition stands'),
  overFor: between(10 * 60_000, 24 * hourMs)
    .prefault('1h')
    .describe('how long an all clear or a cancel stays in the feed'),
  radius: z.number().min(5).max(5000).default(100).describe('metres around a building that has no outline'),
  ...provenanceShape,
});

const broadcastSchema = z
  .strictObject({ sender: z.string().trim().min(1).max(20).describe('who would sign, such as 새솔동') })
  .describe('drafts of a 재난문자 for the officer; nothing is ever sent');

const platformSchema = z
  .strictObject({
    sendCode: code('sendCd: the code that the platform gave this side'),
    receiveCode: code('rcvCd: the code of the platform'),
    systemCode: code('sysCd'),
    method: code('cmnMtd').default('1'),
    events: z
      .partialRecord(hazard, z.strictObject({ id: code('evtId'), name: code('evtNm') }))
      .describe('the event ids that the city assigned; a hazard without one is not sent'),
    grades: z.record(level, code('evtGrad')).describe('the grade of each level'),
    user: z.strictObject({ id: code('ocrEvtUsrId'), name: code('ocrEvtUsrNm') }).describe('a system, never a person'),
    ...provenanceShape,
  })
  .describe('the event envelope of the 스마트시티 통합플랫폼');

export const feedsFileSchema = z.strictObject({
  cap: capSchema.prefault({}).describe('public warnings in the Common Alerting Protocol'),
  broadcast: broadcastSchema.optional(),
  platform: platformSchema.optional(),
});

export type FeedsFile = z.output<typeof feedsFileSchema>;
type Pair = { readonly name: string; readonly value: string };
type Text = { readonly ko: string; readonly en: string };

export type FeedsConfig = {
  readonly cap: Omit<
    FeedsFile['cap'],
    'sender' | 'senderName' | 'web' | 'contact' | 'eventCodes' | 'valid' | 'overFor'
  > & {
    readonly sender: string;
    readonly senderName: Text;
    readonly web: string | null;
    readonly contact: string | null;
    readonly eventCodes: { readonly [hazard in Hazard]?: readonly Pair[] | undefined };
    readonly validMs: number;
    readonly overMs: number;
  };
  readonly broadcast: { readonly sender: string };
  /** null: the city has given no ids. */
  readonly platform: NonNullable<FeedsFile['platform']> | null;
};

/** Without a sender of its own a site is one under `.invalid`, which nobody can take for somebody (RFC 2606). */
export function buildFeeds(feeds: FeedsFile, site: { readonly id: string; readonly name: Text }): FeedsConfig {
  const { sender, senderName, web, contact, valid, overFor, ...cap } = feeds.cap;
  return {
    cap: {
      ...cap,
      sender: sender ?? `${site.id}.jari.invalid`,
      senderName: senderName ?? site.name,
      web: web ?? null,
      contact: contact ?? null,
      validMs: valid,
      overMs: overFor,
    },
    broadcast: { sender: feeds.broadcast?.sender ?? site.name.ko },
    platform: feeds.platform ?? null,
  };
}
