import { cannotKnowWords, stayMarkWords, violationWords } from '../../../contract/words/parking.ts';
import { askEvery } from '../../gateway/api.ts';
import type { StayItem, ViolationItem } from '../../gateway/items.ts';
import { useResource } from '../../gateway/resource.ts';
import { parkingWords } from '../../text/parking.ts';
import { pick, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { endsOf, RangeChoice, rangeNow } from '../../ui/range.tsx';
import { addressHere } from '../../ui/router.ts';
import { Age, At } from '../../ui/time.tsx';
import { Windowed } from '../../ui/windowed.tsx';
import { typeText } from './lot-tile.tsx';

const tell = speaker(parkingWords);
const refreshMs = 60_000;
const rowHeight = 46;

type Of = { readonly site: string; readonly lot: string };

/** Who stood where, for how long. The newest first. */
export function Stays({ site, lot }: Of) {
  const range = rangeNow('24h');
  const { now } = useResource<StayItem[]>(
    `stays ${lot} ${range.key}`,
    () => {
      const { from, to } = endsOf(range);
      return askEvery<StayItem>(`/api/v1/stays?site=${site}&lot=${lot}&from=${from}&to=${to}`);
    },
    refreshMs,
  );
  return (
    <>
      <RangeChoice standard="24h" keys={['24h', '7d', '30d']} />
      {now.state !== 'there' ? (
        <NotThere state={now.state} />
      ) : now.body.length === 0 ? (
        <p class="hint">{tell('noStays')}</p>
      ) : (
        <Windowed
          items={now.body.toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from))}
          rowHeight={rowHeight}
          keyOf={({ id }) => id}
          look="rows space-rows"
          label={tell('stays')}
        >
          {(stay) => (
            <a class="space-row" href={addressHere({ tab: null, space: stay.space })}>
              <strong>{stay.space}</strong>
              <span>{typeText(stay.type)}</span>
              <span>
                <At at={stay.from} /> – {stay.to === null ? tell('stillThere') : <At at={stay.to} />}
              </span>
              <span class="number">{minutesText(stay.minutes)}</span>
              <span class="why">{stay.marks.map(({ kind }) => pick(stayMarkWords[kind])).join(' · ')}</span>
            </a>
          )}
        </Windowed>
      )}
    </>
  );
}

/** What an officer may want to look at, with what the sensor cannot know beside it. */
export function Violations({ site, lot }: Of) {
  const { now } = useResource<ViolationItem[]>(
    `violations ${lot}`,
    () => askEvery<ViolationItem>(`/api/v1/violations?site=${site}&lot=${lot}`),
    refreshMs,
  );
  if (now.state !== 'there') return <NotThere state={now.state} />;
  if (now.body.length === 0) return <p class="hint">{tell('noViolations')}</p>;
  return (
    <>
      <p class="hint">{tell('candidateNote')}</p>
      <ul class="rows">
        {now.body.map((item) => (
          <li key={item.id} class="card violation">
            <strong>{item.space ?? item.place}</strong> <span>{pick(violationWords[item.kind])}</span>
            <span>
              <At at={item.since} /> · {minutesText(item.minutes)}
              {item.endedAt === null && (
                <>
                  {' '}
                  · <Age at={item.since} />
                </>
              )}
            </span>
            {item.cannotKnow.length > 0 && (
              <span class="hint">
                {tell('cannotKnow')}: {item.cannotKnow.map((what) => pick(cannotKnowWords[what])).join(', ')}
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

export function minutesText(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole < 60) return tell('minutes', { count: whole });
  return tell('hoursMinutes', { h: Math.floor(whole / 60), m: whole % 60 });
}
