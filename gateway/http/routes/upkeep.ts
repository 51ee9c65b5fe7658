import { z } from 'zod';
import { outputsOnSchema, outputsWereSchema, type Upkeep, upkeepSchema } from '../../../contract/http/upkeep.ts';
import type { Run } from '../../backup/backup-table.ts';
import type { RetentionStanding } from '../../retention/service.ts';
import { known, saidBy } from '../access.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

const stateSchema = z.enum(['off', 'waiting', 'ok', 'failed', 'overdue']);

/** Copies of the gateway and the drills that prove them. */
export const upkeepRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/upkeep',
    right: 'read-upkeep',
    tag: 'operation',
    id: 'upkeep',
    summary: 'How copies of the gateway, the drills that restore them, its disk, an upgrade and its outputs stand',
    schema: { response: { 200: upkeepSchema } },
    handle({ upkeep, clock }): Upkeep {
      const { state, running, last, lastGood, drill } = upkeep.backup();
      const now = clock.now();
      return {
        upgrade: upkeep.upgrade(),
        storage: storageOf(upkeep.storage()),
        backup: { state, running, ...runs(last, lastGood, now) },
        drill: { state: drill.state, ...runs(drill.last, drill.lastGood, now) },
        outputs: upkeep.areOutputsOff() ? 'off' : 'on',
      };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/upkeep/outputs-on',
    right: 'turn-outputs-on',
    tag: 'operation',
    id: 'turnOutputsOn',
    summary: 'Say that somebody has looked at what would be switched, after a new box took the place of a dead one',
    schema: { body: outputsOnSchema, response: { 200: outputsWereSchema.describe('outputs are on') } },
    handle({ upkeep }, request): z.infer<typeof outputsWereSchema> {
      return { was: upkeep.outputsOn(saidBy(known(request), request.body.reason)) ? 'off' : 'on' };
    },
  }),
  route({
    method: 'GET',
    path: '/healthz/backup',
    right: 'ask-health',
    tag: 'operation',
    id: 'backupHealth',
    summary: 'Whether copies of the gateway are made and restored in time; else 503',
    schema: {
      response: { 200: z.object({ status: z.literal('ok'), backup: stateSchema, drill: stateSchema }) },
    },
    handle({ upkeep }) {
      const { state, drill } = upkeep.backup();
      const isBad = [state, drill.state].some((each) => each === 'failed' || each === 'overdue');
      if (isBad) throw new HttpProblem('backup-failing', { backup: state, drill: drill.state });
      return { status: 'ok' as const, backup: state, drill: drill.state };
    },
  }),
];

function storageOf({ rawFrom, hoursFrom, keepMs, wear, card, ...rest }: RetentionStanding): Upkeep['storage'] {
  return {
    ...{
      ...rest,
      ...wear,
      rawFrom: isoOrNull(rawFrom),
      hoursFrom: isoOrNull(hoursFrom),
      keepDays: keepMs / 86_400_000,
    },
    card: card === null ? null : { bytes: card.bytes, source: card.source, confirmedBy: card.confirmedBy },
  };
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function runs(last: Run | null, lastGood: Run | null, now: number) {
  const goodAgeMs = lastGood === null ? null : Math.max(0, now - lastGood.at);
  return { last: shown(last), lastGood: shown(lastGood), goodAgeMs };
}

function shown(run: Run | null) {
  if (run === null) return null;
  const { at, ok, name, reason, figures } = run;
  return { at: new Date(at).toISOString(), ok, name, reason, figures: { ...figures } };
}
