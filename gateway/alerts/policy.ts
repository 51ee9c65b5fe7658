import type { Level } from '../../contract/hazards.ts';
import type { Escalation } from './elapse.ts';
import type { FloodSettings } from './flood.ts';

/** A number that decides what people are told, with where it comes from. `confirmedBy` is null until a site stands up for it. */
export type Sourced<T> = { readonly value: T; readonly source: string; readonly confirmedBy: string | null };

/** How alerts are handled, apart from what a rule says by itself. Durations in ms. */
export type AlertPolicy = {
  /** Who is told of life safety, and when nobody answers. The rule's own role comes first. */
  readonly lifeSafety: Sourced<Escalation>;
  readonly other: Sourced<Escalation>;
  readonly shelveMaxMs: Sourced<number>;
  readonly maintenanceMaxMs: Sourced<number>;
  readonly testMaxMs: Sourced<number>;
  /** How long something must have been quiet for its return to be news of its own. */
  readonly quietMs: Sourced<number>;
  readonly flood: Sourced<FloodSettings>;
  /** Two alerts of a building belong to one trouble when the second begins within this of the first. */
  readonly groupMs: Sourced<number>;
  /** How long a trouble of the installation lasts before it is told: said by the agent, or only not heard. */
  readonly troubleSaidMs: Sourced<number>;
  readonly troubleSilentMs: Sourced<number>;
  /** How long agents have to come back after a start of the gateway. */
  readonly startGraceMs: Sourced<number>;
  /** Readings of witnesses that are frozen with an alert: so long before it and after it. */
  readonly evidenceMs: Sourced<{ readonly before: number; readonly after: number }>;
  /** From which level on residents are told of life safety in their building; exercises too, marked as such. */
  readonly residentsFrom: Sourced<Level>;
  /** The level of a call for help. */
  readonly callLevel: Sourced<Level>;
  /** What each word of the forecast of a structural point weighs, and from which word on people may be hurt by it. */
  readonly forecast: Sourced<ForecastLevels>;
  readonly nuisance: Sourced<{ readonly times: number; readonly days: number; readonly repairDays: number }>;
};

export type ForecastWord = 'trend' | 'accelerating' | 'imminent';
export type ForecastLevels = Readonly<Record<ForecastWord, Level>> & {
  readonly lifeSafety: readonly ForecastWord[];
  /** Whether a trend that may be the season's, and has no date for a limit, raises an alert. */
  readonly seasonal: boolean;
};

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

function own<T>(value: T, source: string): Sourced<T> {
  return { value, source, confirmedBy: null };
}

export const defaultPolicy: AlertPolicy = {
  lifeSafety: own(
    {
      steps: [
        { roles: ['operator'], afterMs: 0 },
        { roles: ['manager'], afterMs: 2 * minute },
        { roles: ['admin'], afterMs: 5 * minute },
      ],
      repeatMs: 5 * minute,
      acknowledgedForMs: 10 * minute,
    },
    'own: a person after 2 min without an acknowledgement; an acknowledgement without a report ages in 10 min',
  ),
  other: own(
    {
      steps: [
        { roles: ['operator'], afterMs: 0 },
        { roles: ['manager'], afterMs: 30 * minute },
      ],
      repeatMs: null,
      acknowledgedForMs: null,
    },
    'own',
  ),
  shelveMaxMs: own(8 * hour, 'own: one shift; ISA-18.2 asks for a limit and names none'),
  maintenanceMaxMs: own(7 * 24 * hour, 'own'),
  testMaxMs: own(4 * hour, 'own'),
  quietMs: own(10 * minute, 'own: the window by which ISA-18.2 counts floods'),
  flood: own(
    {
      windowMs: 10 * minute,
      single: 5,
      urgent: 2,
      digests: 3,
      firstDigestMs: 10 * second,
      nextDigestMs: 250 * second,
    },
    'ISA-18.2 and EEMUA 191: more than 10 alarms in 10 minutes for one operator is a flood',
  ),
  groupMs: own(10 * minute, 'own: the window by which ISA-18.2 counts floods'),
  troubleSaidMs: own(5 * second, 'own: a cut line tells within 5 s which of its devices are silent'),
  troubleSilentMs: own(15 * second, 'own: a slow point is read within 11 s of its agent coming back'),
  startGraceMs: own(
    60 * second,
    'own: an agent tries again within 30 s, and one that starts with the gateway takes as long to be up',
  ),
  evidenceMs: own({ before: 2 * minute, after: minute }, 'own'),
  residentsFrom: own('경계', 'own: from here on the guideline for residents says to leave or to stay away'),
  callLevel: own('심각', 'own: somebody says that a person is in danger'),
  forecast: own(
    { trend: '관심', accelerating: '주의', imminent: '경계', lifeSafety: ['imminent'], seasonal: false },
    'own: each word raises by one level, none reaches the highest, which is for what is measured',
  ),
  nuisance: own(
    { times: 3, days: 30, repairDays: 30 },
    'a provincial fire headquarters acts on three false alarms and gives one month',
  ),
};
