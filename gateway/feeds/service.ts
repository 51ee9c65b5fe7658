import type { Site } from '../../config/site.ts';
import { type AtomEntry, atomFeed } from '../../contract/atom.ts';
import type { Clock } from '../../contract/clock.ts';
import type { LotId, SiteId } from '../../contract/ids.ts';
import type { AlertSignal, Announcement, Decided, Facts, Participant, Recording } from '../commit/participant.ts';
import type { Database } from '../store/database.ts';

import { type CapRow, CapTables, keptForMs } from './cap/cap-tables.ts';
import { type CapHead, type CapStep, isLive, isOver, renewAfterMs } from './cap/chain.ts';
import { composeCap, headOf } from './cap/compose.ts';
import { type ChainMemory, stepFor, viewOf } from './cap/next-message.ts';
import { capSettings, placeIn } from './cap/settings.ts';
import { writeCap } from './cap/write.ts';
import { type BroadcastDraft, broadcastDraft } from './drafts.ts';
import { localMinute } from './local-time.ts';
import { type PlatformEvent, platformOf } from './platform-envelope.ts';
import type { AlertView, LotLive, LotView } from './views.ts';

export type FeedsOptions = {
  db: Database;
  sites: readonly Site[];
  clock: Clock;
  /** A lot as it stands; null when nothing is known of it. */
  lotNow: (site: SiteId, lot: LotId) => LotLive | null;
};

/** One message that is sent, or only the word that an alert went quiet. */
type Change = {
  readonly chain: string;
  readonly memory: ChainMemory;
  readonly row: CapRow | null;
};

export type AlertDrafts = { readonly broadcast: BroadcastDraft; readonly platform: PlatformEvent | null };

type Decisions = { readonly changes: readonly Change[] };

/**
 * CAP messages of alerts, made in the commit that decides on the alert: what stands in the feed is what was decided, also
 * after a kill. Messages are renewed while their alert stands, and expire by themselves when nobody renews them.
 */
export class Feeds implements Participant<never, Decisions, never> {
  readonly name = 'feeds';
  readonly #clock: Clock;
  readonly #began: number;
  readonly #tables: CapTables;
  readonly #sites: ReadonlyMap<string, Site>;
  readonly #lotNow: FeedsOptions['lotNow'];
  readonly #memory: Map<string, ChainMemory>;

  constructor({ db, sites, clock, lotNow }: FeedsOptions) {
    this.#lotNow = lotNow;
    this.#clock = clock;
    this.#began = clock.now();
    this.#tables = new CapTables(db);
    this.#sites = new Map(sites.map((site) => [site.id, site]));
    this.#memory = load(this.#tables, clock.now());
  }

  /**
   * Alerts that are open after a start, as `site/alert`. Messages of all other alerts are not renewed any more: their alert was
   * closed in a commit that this service had no part in.
   */
  reconcile(open: ReadonlySet<string>): void {
    for (const [key, memory] of this.#memory)
      if (!open.has(key)) this.#memory.set(key, { ...memory, isStanding: false });
  }

  watches(): boolean {
    return false;
  }

  decide({ at, due, signals }: Facts<never>): Decided<Decisions, never> | null {
    const alerts = signals.filter((signal) => signal.kind === 'alert');
    if (alerts.length === 0 && due.length === 0) return null;
    const told = alerts.flatMap((signal) => this.#onAlert(signal, at.wall) ?? []);
    const renewed = due.flatMap(({ key }) => this.#onDue(key.slice('renew:'.length), told, at.wall) ?? []);
    const changes = [...told, ...renewed];
    return changes.length === 0 ? null : { decisions: { changes } };
  }

  record({ changes }: Decisions, recording: Recording): void {
    for (const { chain, memory, row } of changes) {
      if (row !== null) this.#tables.add(chain, memory.chain.length, row);
      const head = memory.chain.at(-1);
      if (memory.isStanding && head !== undefined) recording.arm(`renew:${chain}`, renewAfterMs(head));
      else recording.cancel(`renew:${chain}`);
    }
    this.#tables.forget(recording.at.wall - keptForMs);
  }

  apply({ changes }: Decisions): Announcement {
    for (const { chain, memory } of changes) this.#memory.set(chain, memory);
    this.#forget();
    return {};
  }

  /** The text of a message, live or not; undefined when there is none of that name. */
  message(identifier: string): { readonly xml: string; readonly sent: number } | undefined {
    return this.#tables.find(identifier);
  }

  /** The live messages of every site, the newest first. `base`: where the feeds are read. */
  atom(base: string): { readonly xml: string; readonly updated: number } {
    const now = this.#clock.now();
    const chains = [...this.#memory.values()];
    const entries = chains.flatMap(({ chain, view }) => {
      const head = chain.at(-1);
      return head !== undefined && isLive(head, chain, now) ? [entryOf(head, this.#site(view))] : [];
    });
    const ended = chains.map(({ chain }) => chain.at(-1)?.expires.ms ?? 0).filter((ms) => ms <= now);
    // Of a list that never held anything: RFC 4287 wants a date, and 1970 would be none.
    const updated = Math.max(0, ...entries.map(({ sent }) => sent), ...ended) || this.#began;
    const [first] = this.#sites.values();
    const author = first?.feeds.cap.senderName.ko ?? '';
    const newest = entries.toSorted((a, b) => b.sent - a.sent || (a.identifier < b.identifier ? -1 : 1));
    return { xml: atomFeed({ title: `${author} CAP`, base, author, entries: newest, updated }), updated };
  }

  /** Every lot of these sites (all when null), with what is known of it now. */
  lots(sites: ReadonlySet<string> | null): readonly LotView[] {
    return [...this.#sites.values()]
      .filter(({ id }) => sites === null || sites.has(id))
      .flatMap(({ id, timezone, lots }) =>
        lots.map((lot) => ({ site: id, timezone, lot, live: this.#lotNow(id, lot.id) })),
      );
  }

  /** What an officer may send of an alert, and what the integrated platform takes; undefined for one that was not told. */
  drafts(site: string, alert: string): AlertDrafts | undefined {
    const known = this.#memory.get(`${site}/${alert}`);
    const of = this.#sites.get(site);
    const head = known?.chain.at(-1);
    if (known === undefined || of === undefined || head === undefined) return undefined;
    const { view } = known;
    const about = { view, place: placeIn(of, view), step: head.step };
    const time = localMinute(head.sent.ms, of.timezone);
    return {
      broadcast: broadcastDraft({ ...about, sender: of.feeds.broadcast.sender, time }),
      platform: platformOf(of, view, head),
    };
  }

  #onAlert(signal: AlertSignal, now: number): Change | null {
    const chain = `${signal.site}/${signal.alert}`;
    const known = this.#memory.get(chain);
    const site = this.#sites.get(signal.site);
    if (site === undefined) return null;
    const step = stepFor(signal, known, site.feeds.cap);
    if (step !== null) return this.#send({ chain, step, view: viewOf(signal), known, now });
    const isStanding = signal.now === 'stands';
    if (known === undefined || isOver(known.chain) || known.isStanding === isStanding) return null;
    return { chain, memory: { ...known, isStanding }, row: null };
  }

  #onDue(chain: string, told: readonly Change[], now: number): Change | null {
    const known = this.#memory.get(chain);
    if (known === undefined || !known.isStanding || told.some((change) => change.chain === chain)) return null;
    return this.#send({ chain, step: 'renewed', view: known.view, known, now });
  }

  #send(of: { chain: string; step: CapStep; view: AlertView; known: ChainMemory | undefined; now: number }): Change {
    const { chain, step, view, known, now } = of;
    const heads = known?.chain ?? [];
    const site = this.#site(view);
    const message = composeCap({
      view,
      step,
      chain: heads,
      now,
      place: placeIn(site, view),
      settings: capSettings(site.feeds),
      zone: site.timezone,
    });
    const head = headOf(message, step);
    const isStanding = step !== 'all-clear' && step !== 'cancelled';
    return {
      chain,
      memory: { chain: [...heads, head], view, isStanding },
      row: { head, view, xml: writeCap(message) },
    };
  }

  #site({ site }: Pick<AlertView, 'site'>): Site {
    const found = this.#sites.get(site);
    if (found === undefined) throw new Error(`no site ${site}`);
    return found;
  }

  /** Chains that are over, and those whose rows are gone. An open one is kept: its next message counts on from it. */
  #forget(): void {
    const now = this.#clock.now();
    for (const [key, { chain }] of this.#memory) {
      const keepFor = isOver(chain) ? rememberedForMs : keptForMs;
      if ((chain.at(-1)?.expires.ms ?? 0) < now - keepFor) this.#memory.delete(key);
    }
  }
}

/** So long does the feed's date say that an entry has left it. */
const rememberedForMs = 86_400_000;

function load(tables: CapTables, now: number): Map<string, ChainMemory> {
  const memory = new Map<string, ChainMemory>();
  for (const { chain, head, view } of tables.toRemember(now - rememberedForMs)) {
    const heads = [...(memory.get(chain)?.chain ?? []), head];
    memory.set(chain, { chain: heads, view, isStanding: !isOver(heads) });
  }
  return memory;
}

function entryOf(head: CapHead, { feeds }: Site): AtomEntry {
  return {
    identifier: head.identifier,
    title: head.headline,
    summary: head.instruction,
    sent: head.sent.ms,
    expires: head.expires.ms,
    author: feeds.cap.senderName.ko,
  };
}
