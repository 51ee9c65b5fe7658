import { z } from 'zod';
import { cityAskSchema } from './city.ts';
import { compileParser } from './compiled.ts';
import { signedByKeySchema } from './configuration.ts';

/**
 * How batches of a city travel over NATS JetStream. The stream is a pipe: what it was given it may lose, double and reorder.
 *
 * | subject | who writes | who reads |
 * |---|---|---|
 * | `jari.city.LANE.GATEWAY.SITE.KIND` | that gateway | workers, through the stream |
 * | `jari.word.GATEWAY` | workers, after the commit | that gateway |
 *
 * A part is a CityBatch as JSON, compressed with zstd, of one site and kind. Its header `Nats-Msg-Id` is its own identity,
 * `START/NUMBER`: START is one start of the gateway's carrier. It is not that of what it holds, since a part that is sent
 * again must reach a worker again, whose word may have been lost; what it holds is taken once by (site, agent, epoch, seq).
 */

export const cityStream = 'JARI_CITY';

/**
 * `first`: records since the gateway reached the city, alerts among them. `now`: readings since then, the gateway's own word, and
 * records of before. `later`: readings that waited. Workers take each by itself, so that nothing waits for what is longer.
 */
export const cityLanes = ['first', 'now', 'later'] as const;
export type CityLane = (typeof cityLanes)[number];

export const cityKinds = ['readings', 'records', 'health'] as const;
export type CityKind = (typeof cityKinds)[number];

/** In place of a site: of the gateway itself. No id begins so. */
export const noSite = '_';

/** Ids hold no dots, so none of them can pass for two. */
export type CitySubject = {
  readonly lane: CityLane;
  readonly gateway: string;
  readonly site: string;
  readonly kind: CityKind;
};

export const allCitySubjects = 'jari.city.>';
export const laneSubjects = (lane: CityLane) => `jari.city.${lane}.>`;

export function citySubject({ lane, gateway, site, kind }: CitySubject): string {
  return `jari.city.${lane}.${gateway}.${site}.${kind}`;
}

/** Null when it is none of ours. */
export function parseCitySubject(subject: string): CitySubject | null {
  const [, , lane, gateway, site, kind, ...rest] = subject.split('.');
  const parsed = subjectSchema.safeParse({ lane, gateway, site, kind });
  return parsed.success && rest.length === 0 && subject.startsWith('jari.city.') ? parsed.data : null;
}

const subjectSchema = z.object({
  lane: z.enum(cityLanes),
  gateway: z.string().min(1),
  site: z.string().min(1),
  kind: z.enum(cityKinds),
});

/** Where the city's word to a gateway is heard. */
export const wordSubject = (gateway: string) => `jari.word.${gateway}`;

/** Where answers to a gateway's own requests are heard: nobody may read another's. */
export const inboxOf = (gateway: string) => `_INBOX_${gateway}`;

/** What a gateway may do on the carrier, and nothing else. */
export function gatewayRights(gateway: string, sites: readonly string[]): { publish: string[]; subscribe: string[] } {
  const of = (site: string, kind: CityKind | '*') => `jari.city.*.${gateway}.${site}.${kind}`;
  return {
    publish: [...sites.map((site) => of(site, '*')), of(noSite, 'health')],
    subscribe: [wordSubject(gateway), `${inboxOf(gateway)}.>`],
  };
}

/**
 * The city's word, said after the commit and never before. `agreed`: identities of parts. `refused`: parts that the city does
 * not take, and why; trying again changes nothing until a person does something.
 */
export const cityWordSchema = z.object({
  v: z.literal(1),
  agreed: z.array(z.string().max(63)),
  refused: z.array(z.object({ id: z.string().max(63), why: z.string().max(300) })),
  ask: z.array(cityAskSchema),
  offers: z.array(signedByKeySchema).max(50).optional(),
});
export type CityWord = z.infer<typeof cityWordSchema>;

export const parseCityWord = compileParser(cityWordSchema);

/** Of a part once it is unpacked. */
export const maxPartBytes = 16 * 1024 * 1024;
