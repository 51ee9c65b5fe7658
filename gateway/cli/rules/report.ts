import { ruleText } from '../../../contract/words/rules.ts';
import type { Episode } from '../../../rules/replay.ts';
import { type Output, table } from '../output.ts';
import type { TrialResult, Tried } from './trial.ts';

/** What was tried, for people and as JSON. Times are UTC. */
export function trialOutput(results: readonly TrialResult[]): Output {
  return {
    text: results.map(textOf).join('\n\n'),
    json: { results: results.map(jsonOf) },
  };
}

function textOf(result: TrialResult): string {
  const { rule, present, changed } = result;
  const head = `${rule.id}: ${present.readings} readings over ${days(present.spanMs)}, ${share(present)} of it unknown`;
  const figures = table(
    ['', 'alerts', 'a week'],
    [['present', ...figuresOf(present)], ...(changed === null ? [] : [['changed', ...figuresOf(changed)]])],
  );
  const rows = rowsOf(result);
  const list = rows.length === 0 ? 'no alert' : table(['', 'from', 'to', 'level', 'why'], rows);
  return [head, figures, differenceText(result), list].filter((part) => part !== '').join('\n');
}

function figuresOf({ episodes, perWeek }: Tried): string[] {
  return [String(episodes.length), perWeek === null ? 'too short' : perWeek.toFixed(1)];
}

function differenceText({ difference }: TrialResult): string {
  if (difference === null) return '';
  const { both, gone, added } = difference;
  return `in both ${both.length}, no more (-) ${gone.length}, new (+) ${added.length}`;
}

/** Every alert in order of time; with a change, what it adds (+) and takes away (-), and of both how it is now. */
function rowsOf({ present, changed, difference }: TrialResult): string[][] {
  const all =
    changed === null || difference === null
      ? present.episodes.map((episode) => ({ mark: '', episode }))
      : [
          ...changed.episodes.map((episode) => ({ mark: difference.added.includes(episode) ? '+' : '', episode })),
          ...difference.gone.map((episode) => ({ mark: '-', episode })),
        ];
  return all
    .toSorted((a, b) => a.episode.from - b.episode.from)
    .map(({ mark, episode }) => [mark, time(episode.from), time(episode.to), episode.level, ruleText(episode.why).en]);
}

function jsonOf({ rule, present, changed, difference }: TrialResult): object {
  return {
    rule: rule.id,
    about: rule.about,
    present: triedJson(present),
    changed: changed === null ? null : triedJson(changed),
    difference:
      difference === null
        ? null
        : {
            both: difference.both.length,
            gone: difference.gone.map(episodeJson),
            added: difference.added.map(episodeJson),
          },
  };
}

function triedJson({ episodes, readings, spanMs, unknownMs, perWeek }: Tried): object {
  return { alerts: episodes.length, perWeek, readings, spanMs, unknownMs, episodes: episodes.map(episodeJson) };
}

function episodeJson({ from, to, level, levelAt, why, witnesses }: Episode): object {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return { from: iso(from), to: iso(to), level, levelAt: iso(levelAt), why, witnesses };
}

function time(at: number | null): string {
  return at === null ? 'still open' : new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function days(ms: number): string {
  return ms >= 86_400_000 ? `${(ms / 86_400_000).toFixed(1)} d` : `${(ms / 3_600_000).toFixed(1)} h`;
}

function share({ unknownMs, spanMs }: Tried): string {
  return `${((100 * unknownMs) / Math.max(1, spanMs)).toFixed(1)} %`;
}
