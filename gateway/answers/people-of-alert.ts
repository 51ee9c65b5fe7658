import type { AlertItem } from '../../contract/http/alerts.ts';
import type { ReachCounts, ReachedPerson } from '../../contract/http/answers.ts';
import type { Person } from '../accounts/people.ts';
import type { Contact } from '../notify/contact-table.ts';
import type { Delivery } from '../notify/delivery-table.ts';
import { holds } from '../notify/targets.ts';
import { isoOf } from '../store/iso-time.ts';
import type { Answer, Call } from './answer-tables.ts';

/** Everything that is known of the people of one alert. */
export type Known = {
  readonly alert: Pick<AlertItem, 'site' | 'building' | 'acknowledged' | 'report'>;
  /** Roles that its notices went to. */
  readonly roles: readonly string[];
  readonly people: readonly Pick<Person, 'name' | 'role' | 'buildings'>[];
  readonly deliveries: readonly Delivery[];
  readonly answers: readonly Answer[];
  readonly calls: readonly Call[];
  readonly contacts: readonly Contact[];
};

type State = ReachedPerson['state'];
const dead: ReadonlySet<Delivery['state']> = new Set(['gone', 'refused', 'given-up']);

/** Every person who should know of an alert, or said something of it, by the best that is known. Pure. */
export function peopleOfAlert(known: Known): ReachedPerson[] {
  const { alert, roles, people, answers, calls } = known;
  const should = people.filter((person) => roles.some((role) => holds(person, { role, ...alert })));
  const names = new Set([...should, ...answers.map(nameOf), ...calls.map(nameOf)].map(({ name }) => name));
  for (const { person } of known.deliveries) if (person !== null) names.add(person);
  const byPerson = grouped(known.deliveries, ({ person }) => person);
  const phones = grouped(known.contacts, ({ person, channel }) => (channel === 'sms' ? person : null));
  const roleOf = new Map(people.map(({ name, role }) => [name, role]));
  const answerOf = new Map(answers.map((answer) => [answer.person, answer]));
  const callOf = new Map(calls.map((call) => [call.person, call]));
  const items = [...names].map((person): ReachedPerson => {
    const [answer = null, call = null] = [answerOf.get(person), callOf.get(person)];
    const own = byPerson.get(person) ?? [];
    const acted = [alert.acknowledged, alert.report].some((deed) => deed?.by === `person:${person}`);
    const answered = acted || answer !== null || call !== null || own.some(({ answeredAt }) => answeredAt !== null);
    return {
      person,
      role: roleOf.get(person) ?? null,
      state: answered ? 'answered' : stateOf(own),
      channels: [...new Set(own.filter(({ handedAt }) => handedAt !== null).map(({ channel }) => channel))],
      answer: answer?.answer ?? null,
      answeredAt: isoOf(answer?.at ?? call?.at ?? null),
      calls: call?.times ?? 0,
      text: answer?.text ?? call?.text ?? null,
      phones: (phones.get(person) ?? []).map(({ address }) => address),
    };
  });
  return items.toSorted((a, b) => urgency(a) - urgency(b) || (a.person < b.person ? -1 : 1));
}

const nameOf = ({ person }: { person: string }) => ({ name: person });

function grouped<T>(items: readonly T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** What their devices and the servers before them have said. An address that is dead reaches nobody. */
function stateOf(own: readonly Delivery[]): State {
  if (own.some(({ receivedAt, openedAt }) => receivedAt !== null || openedAt !== null)) return 'received';
  if (own.some(({ acceptedAt }) => acceptedAt !== null)) return 'accepted';
  const alive = own.filter(({ state }) => !dead.has(state));
  if (alive.length === 0) return 'unreachable';
  const isTold = ({ state, turn, handedAt }: Delivery) => handedAt !== null || (state === 'waiting' && turn === 0);
  return alive.some(isTold) ? 'told' : 'not-yet';
}

/** Who needs help, then whom nothing reaches, then the silent, then who is safe. */
function urgency({ answer, calls, state }: ReachedPerson): number {
  if (answer === 'need-help' || (calls > 0 && answer !== 'safe')) return 0;
  if (state === 'unreachable') return 1;
  return state === 'answered' ? 3 : 2;
}

const order: readonly State[] = ['unreachable', 'not-yet', 'told', 'accepted', 'received', 'answered'];

export function countsOf(items: readonly ReachedPerson[]): ReachCounts {
  const atLeast = (state: State) => items.filter((item) => order.indexOf(item.state) >= order.indexOf(state)).length;
  const answered = atLeast('answered');
  return {
    people: items.length,
    unreachable: items.length - atLeast('not-yet'),
    told: atLeast('told'),
    accepted: atLeast('accepted'),
    received: atLeast('received'),
    answered,
    safe: items.filter(({ answer }) => answer === 'safe').length,
    needHelp: items.filter((item) => urgency(item) === 0).length,
    silent: atLeast('told') - answered,
  };
}
