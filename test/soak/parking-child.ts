import { createInterface } from 'node:readline';
import { lotIdSchema } from '../../contract/ids.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import type { ReservationAction } from '../../gateway/parking/reservations/actions.ts';
import { byDriver } from '../../gateway/parking/reservations/audit.ts';
import { siteId } from '../gateway/core-site.ts';
import { ParkingGateway } from '../week/parking-gateway.ts';
import { type Action, soakSite, type Turn } from './parking-script.ts';

/**
 * Parking and reservations in a process that is made to be killed: `parking-child.ts DIR NOW`. Takes turns as lines of JSON and
 * answers each with its number, and the reservations that it made, once
 * everything in it is committed.
 */
const [dir = '', now = ''] = process.argv.slice(2);
const clock = new SimClock(Number(now));
const gateway = new ParkingGateway({ dir, site: soakSite(), clock });
gateway.connect();
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  const { n, at, taken, actions } = JSON.parse(line) as Turn;
  await clock.advance(at - clock.now());
  const columns = taken.map((v, i) => [`p_${i}`, { dt: [0], v: [v] }]);
  gateway.say('yard', Object.fromEntries(columns), { seq: n + 1, ageMs: 100 });
  const made = actions.flatMap((action) => {
    const answer = gateway.doReservation(byDriver, actionOf(action));
    return action.kind === 'reserve' && answer.kind === 'reservation' ? [action.id] : [];
  });
  process.stdout.write(`${[n, ...made].join(' ')}\n`);
}
gateway.close();

function actionOf(action: Action): ReservationAction {
  if (action.kind === 'cancel') return action;
  if (action.kind === 'paid')
    return { kind: 'answer-payment', payment: action.payment, answer: { outcome: 'paid', amount: action.amount } };
  const { id, space, from, to } = action;
  return {
    ...{ kind: 'reserve', id, tokenHash: id, key: id, body: id, site: siteId, lot: lotIdSchema.parse('yard'), space },
    ...{ type: null, time: { from, to }, classes: [], isTrusted: false },
  };
}
