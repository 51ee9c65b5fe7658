import type { Site } from '../../config/site.ts';
import { devicesOf } from '../../config/site.ts';
import type { CommandItem } from '../../contract/http/commands.ts';
import type { PointRef, SiteId } from '../../contract/ids.ts';
import { encode, type ResultMessage } from '../../contract/messages.ts';
import type { CommandReason } from '../../contract/reasons/commands.ts';
import type { Role } from '../../contract/roles.ts';
import { topics } from '../../contract/topics.ts';
import type { Announcement, Decided, Facts, Participant, Recording } from '../commit/participant.ts';
import type { Database } from '../store/database.ts';
import { isoOf } from '../store/iso-time.ts';
import { answerGraceMs, type Command, type Output, unanswered } from './command.ts';
import { type CommandsPage, CommandTables } from './command-tables.ts';

/** A person's or program's wish. `roles`: what they are; null for a token, whose scope has been looked at. */
export type SendCommand = {
  readonly id: string;
  readonly site: SiteId;
  readonly point: PointRef;
  readonly value: number | boolean | string;
  readonly deadlineMs: number;
  readonly roles: readonly Role[] | null;
};

export type CommandRefusal =
  | { readonly code: 'no-such-point' | 'read-only' | 'value-type' | 'not-yours' }
  /** A new box has taken this gateway's place, and nobody has said yet that it may switch things. */
  | { readonly code: 'outputs-off' }
  | { readonly code: 'agent-offline'; readonly agent: string };

export type CommandAnswer =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly refusal: CommandRefusal };

type Decisions = {
  readonly sent: Command | null;
  readonly ended: readonly Command[];
  readonly online: readonly [string, boolean][];
};

/**
 * Commands to agents. One is sent only to an agent that is heard now, and never kept for later: an agent that is away
 * refuses at once, and what nobody answers by its deadline is told as not known.
 */
export class CommandService implements Participant<SendCommand, Decisions, CommandAnswer> {
  readonly name = 'commands';
  readonly #tables: CommandTables;
  readonly #outputs: ReadonlyMap<string, Output>;
  readonly #points: ReadonlySet<string>;
  readonly #online = new Map<string, boolean>();
  readonly #sent = new Map<string, Command>();

  readonly #areOff: () => boolean;

  constructor({ db, sites, areOff }: { db: Database; sites: readonly Site[]; areOff?: () => boolean }) {
    this.#areOff = areOff ?? (() => false);
    this.#tables = new CommandTables(db);
    this.#outputs = new Map(sites.flatMap(outputsOf).map((output) => [keyOf(output.site, output.point), output]));
    this.#points = new Set(
      sites.flatMap((site) =>
        site.agents.flatMap((agent) =>
          devicesOf(agent).flatMap(({ device }) => device.points.map(({ ref }) => keyOf(site.id, ref))),
        ),
      ),
    );
    for (const command of this.#tables.sent()) this.#sent.set(command.id, command);
  }

  watches(): boolean {
    return false;
  }

  decide(facts: Facts<SendCommand>): Decided<Decisions, CommandAnswer> | null {
    const online = facts.changes.flatMap((change): [string, boolean][] =>
      change.kind === 'agent' ? [[keyOf(change.site, change.agent), change.state === 'online']] : [],
    );
    const ended = [...this.#answered(facts), ...this.#overdue(facts), ...this.#orphaned(facts, online)];
    if (facts.action !== null) {
      const answer = this.#send(facts.action.action, facts.action.by, facts.at.wall);
      const sent = answer.ok ? answer.command : null;
      const audit = sent === null ? [] : [auditOf(sent)];
      const isNothing = sent === null && ended.length === 0 && online.length === 0;
      return { decisions: isNothing ? null : { sent, ended, online }, answer, audit };
    }
    return ended.length === 0 && online.length === 0 ? null : { decisions: { sent: null, ended, online } };
  }

  record({ sent, ended }: Decisions, recording: Recording): void {
    if (sent !== null) {
      this.#tables.write(sent);
      recording.arm(sent.id, sent.deadlineMs + answerGraceMs);
    }
    for (const command of ended) {
      this.#tables.write(command);
      recording.cancel(command.id);
    }
  }

  apply({ sent, ended, online }: Decisions): Announcement {
    for (const [agent, isOnline] of online) this.#online.set(agent, isOnline);
    if (sent !== null) this.#sent.set(sent.id, sent);
    for (const { id } of ended) this.#sent.delete(id);
    const events = [...(sent === null ? [] : [sent]), ...ended].map((command) => ['command', itemOf(command)] as const);
    return { events, publish: sent === null ? [] : [messageOf(sent)] };
  }

  find(id: string): CommandItem | undefined {
    const command = this.#tables.find(id);
    return command && itemOf(command);
  }

  list(page: CommandsPage): CommandItem[] {
    return this.#tables.list(page).map(itemOf);
  }

  #send(wish: SendCommand, { by, why }: { by: string; why: string | null }, wall: number): CommandAnswer {
    const { id, site, point, value, deadlineMs, roles } = wish;
    const key = keyOf(site, point);
    const output = this.#outputs.get(key);
    if (output === undefined) return refusal({ code: this.#points.has(key) ? 'read-only' : 'no-such-point' });
    if (roles !== null && !roles.some((role) => output.roles.includes(role))) return refusal({ code: 'not-yours' });
    if (typeof value !== output.type) return refusal({ code: 'value-type' });
    if (this.#areOff()) return refusal({ code: 'outputs-off' });
    const { agent } = output;
    if (this.#online.get(keyOf(site, agent)) !== true) return refusal({ code: 'agent-offline', agent });
    const none = { reason: null, readBack: null, answeredAt: null };
    return {
      ok: true,
      command: { id, site, agent, point, value, state: 'sent', by, why, at: wall, deadlineMs, ...none },
    };
  }

  #answered({ changes, at }: Facts<SendCommand>): Command[] {
    return changes.flatMap((change) => {
      if (change.kind !== 'result') return [];
      const { site, agent, result } = change;
      const command = this.#sent.get(result.id);
      if (command === undefined || command.site !== site || command.agent !== agent) return [];
      return [{ ...command, ...answerOf(result), answeredAt: at.wall }];
    });
  }

  #overdue({ due, at }: Facts<SendCommand>): Command[] {
    return due.flatMap(({ key }) => {
      const command = this.#sent.get(key);
      const seconds = Math.round((command?.deadlineMs ?? 0) / 1000);
      return command === undefined ? [] : [unanswered(command, { code: 'no-answer', seconds }, at.wall)];
    });
  }

  #orphaned({ at }: Facts<SendCommand>, online: readonly [string, boolean][]): Command[] {
    const lost = new Set(online.flatMap(([agent, isOnline]) => (isOnline ? [] : [agent])));
    return [...this.#sent.values()]
      .filter(({ site, agent }) => lost.has(keyOf(site, agent)))
      .map((command) => unanswered(command, { code: 'agent-lost', agent: command.agent }, at.wall));
  }
}

function outputsOf(site: Site): Output[] {
  return site.agents.flatMap((agent) =>
    devicesOf(agent).flatMap(({ device }) =>
      device.points.flatMap((point): Output[] => {
        if (!('writable' in point.profile) || !point.profile.writable) return [];
        return [{ site: site.id, agent: agent.id, point: point.ref, type: point.valueType, roles: point.commandBy }];
      }),
    ),
  );
}

function answerOf({ outcome, reason, readBack }: ResultMessage): Pick<Command, 'state' | 'reason' | 'readBack'> {
  const coded: CommandReason | null = reason ?? null;
  return { state: outcome, reason: coded, readBack };
}

function messageOf({ id, site, agent, point, value, at, deadlineMs }: Command) {
  return {
    topic: topics.command(site, agent),
    payload: encode({ v: 1, id, point, value, deadline: at + deadlineMs }),
  };
}

function auditOf({ id, site, point, value, by, why }: Command) {
  return { by, action: 'command' as const, subject: `point:${site}/${point}`, before: null, after: { id, value }, why };
}

function itemOf({ at, answeredAt, deadlineMs: _deadline, ...command }: Command): CommandItem {
  return { ...command, at: isoOf(at), answeredAt: isoOf(answeredAt) };
}

const keyOf = (site: string, name: string) => `${site}/${name}`;
const refusal = (what: CommandRefusal): CommandAnswer => ({ ok: false, refusal: what });
