import { compareEpisodes, type Difference } from '../../../rules/compare.ts';
import { compileRule } from '../../../rules/compile.ts';
import { perWeek, type Recorded, type Replayed, startReplay } from '../../../rules/replay.ts';
import type { Rule } from '../../../rules/rule.ts';

/** A rule as it stands and, where a change is tried, as it would be. Both are about the same subject. */
export type Pair = { readonly present: Rule; readonly changed: Rule | null };

export type Tried = Replayed & { readonly perWeek: number | null };

export type TrialResult = {
  readonly rule: Rule;
  readonly present: Tried;
  readonly changed: Tried | null;
  readonly difference: Difference | null;
};

/** Runs both over the readings, which come in order of time; `onTime` hears how far it is. */
export async function runTrial(
  { present, changed }: Pair,
  readings: AsyncIterable<Recorded> | Iterable<Recorded>,
  onTime: (at: number) => void,
): Promise<TrialResult> {
  const one = startReplay(compileRule(present), present.points);
  const other = changed === null ? null : startReplay(compileRule(changed), changed.points);
  for await (const reading of readings) {
    one.add(reading);
    other?.add(reading);
    onTime(reading.at);
  }
  const [before, after] = [tried(one.end()), other === null ? null : tried(other.end())];
  const difference = after === null ? null : compareEpisodes(before.episodes, after.episodes);
  return { rule: present, present: before, changed: after, difference };
}

function tried(replayed: Replayed): Tried {
  return { ...replayed, perWeek: perWeek(replayed) };
}
