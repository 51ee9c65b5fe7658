import { ask } from '../../gateway/api.ts';
import type { Statistics } from '../../gateway/items.ts';
import { useResource } from '../../gateway/resource.ts';
import { nothing } from '../../text/format.ts';
import { parkingWords } from '../../text/parking.ts';
import { language, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { endsOf, RangeChoice, rangeNow } from '../../ui/range.tsx';
import { timeAt } from '../../ui/time.tsx';
import { minutesText } from './stays.tsx';

const tell = speaker(parkingWords);
const refreshMs = 5 * 60_000;

type Figures = Statistics['items'][number];

/** How full it was, hour by hour or day by day, and how much of that is known. */
export function StatisticsTab({ site, lot }: { site: string; lot: string }) {
  const range = rangeNow('24h');
  const by = range.key === '24h' ? 'hour' : 'day';
  const { now } = useResource<Statistics>(
    `statistics ${lot} ${range.key}`,
    () => {
      const { from, to } = endsOf(range);
      return ask<Statistics>('GET', `/api/v1/lots/${lot}/statistics?site=${site}&from=${from}&to=${to}&by=${by}`);
    },
    refreshMs,
  );
  return (
    <>
      <RangeChoice standard="24h" keys={['24h', '7d', '30d']} />
      {now.state !== 'there' ? <NotThere state={now.state} /> : <Body of={now.body} />}
    </>
  );
}

function Body({ of }: { of: Statistics }) {
  const facts: readonly (readonly [string, string])[] = [
    [tell('occupancy'), shareText(of.occupancy)],
    [tell('coverage'), shareText(of.coverage)],
    [tell('arrivals'), String(of.arrivals)],
    [tell('turnover'), of.turnover === null ? nothing : of.turnover.toLocaleString(language.value)],
    [tell('meanStay'), of.meanStay === null ? nothing : minutesText(of.meanStay)],
    [tell('p85Stay'), of.p85Stay === null ? nothing : minutesText(of.p85Stay)],
    [tell('peak'), of.peak === null ? nothing : `${timeAt(of.peak.from)} · ${shareText(of.peak.occupancy)}`],
    [tell('availability'), shareText(of.sensorAvailability)],
  ];
  return (
    <>
      <dl class="facts-grid">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="number">{value}</dd>
          </div>
        ))}
      </dl>
      <Bars items={of.items} />
    </>
  );
}

/** One bar an interval; what nobody knows is hatched, so that it is no empty lot. */
function Bars({ items }: { items: readonly Figures[] }) {
  if (items.length === 0) return null;
  const step = 10;
  return (
    <figure class="bars">
      <figcaption>{tell('chartOf')}</figcaption>
      <svg
        viewBox={`0 0 ${items.length * step} 100`}
        preserveAspectRatio="none"
        role="img"
        aria-label={tell('chartOf')}
      >
        <defs>
          <pattern id="bar-hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect class="stripe" width="1.6" height="4" />
          </pattern>
        </defs>
        {items.map((item, nth) => {
          const height = (item.occupancy ?? 0) * 100;
          return (
            <g key={item.from}>
              <title>{`${timeAt(item.from)} ${shareText(item.occupancy)}`}</title>
              {item.occupancy === null ? (
                <rect class="unknown" x={nth * step + 1} y="0" width={step - 2} height="100" fill="url(#bar-hatch)" />
              ) : (
                <rect class="bar" x={nth * step + 1} y={100 - height} width={step - 2} height={height} />
              )}
            </g>
          );
        })}
      </svg>
      <p class="bar-ends">
        <span>{timeAt(items[0]?.from ?? '')}</span>
        <span>{timeAt(items.at(-1)?.to ?? '')}</span>
      </p>
    </figure>
  );
}

function shareText(share: number | null): string {
  return share === null ? nothing : `${Math.round(share * 100)}%`;
}
