import { buildingWords } from '../../text/buildings.ts';
import { History, labelOf } from '../../ui/history.tsx';
import { pick, speaker } from '../../ui/language.ts';
import { RangeChoice, standardRangeOf } from '../../ui/range.tsx';
import { address, addressHere } from '../../ui/router.ts';
import { useComesIntoSight } from '../../ui/sight.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { Age } from '../../ui/time.tsx';
import { marks } from './marks.ts';
import { apart, figureOf, type PlaceView, type StoreyView } from './view.ts';

const tell = speaker(buildingWords);
const margin = 1.6;

/** A storey from above, north up, with a mark where each sensor stands. */
export function FloorPlan({ storey }: { storey: StoreyView }) {
  const { outline } = storey;
  if (storey.places.length === 0) return <p class="hint">{tell('noPlaces')}</p>;
  if (outline === null) return <p class="hint">{tell('noPlan')}</p>;
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  const [left, right, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const up = (y: number) => north - y;
  const corners = outline.map(([x, y]) => `${x},${up(y)}`).join(' ');
  return (
    <section class="plan-scroll" aria-label={tell('plan', { storey: storey.name })}>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the section around it has its name */}
      <svg
        class="floor-plan"
        viewBox={`${left - margin} ${-margin} ${right - left + 2 * margin} ${north - south + 2 * margin}`}
      >
        <polygon class="walls" points={corners} />
        <text class="north" data-side="end" x={right} y={north - south + 1.1}>
          {tell('north')}↑
        </text>
        {apart(storey.places).map(({ place, x, y }) => (
          <PlaceMark key={place.key} place={place} x={x} y={up(y)} side={sideOf((x - left) / (right - left))} />
        ))}
      </svg>
    </section>
  );
}

type Side = 'start' | 'middle' | 'end';

/** A name near an edge goes inwards, or it would be cut off. */
function sideOf(share: number): Side {
  if (share < 0.25) return 'start';
  return share > 0.75 ? 'end' : 'middle';
}

function PlaceMark({ place, x, y, side }: { place: PlaceView; x: number; y: number; side: Side }) {
  const figure = figureOf(place);
  const words = figure === undefined ? '' : `${figure.value} ${figure.unit}`;
  return (
    <a
      class="place-mark"
      data-place={place.key}
      data-tone={place.tone}
      href={addressHere({ point: figure === undefined ? null : `${place.device}/${figure.name}` })}
      aria-label={`${place.name}: ${words}`}
    >
      <circle class="reach" cx={x} cy={y} r="1.1" />
      <polygon points={marks[place.tone].join(' ')} transform={`translate(${x} ${y})`} />
      {place.tone !== 'normal' && (
        <text class="place-name" data-side={side} x={x} y={y - 1.1}>
          {place.name}
        </text>
      )}
    </a>
  );
}

/** The same as words, with every value and its age. */
export function PlaceList({ storey, site }: { storey: StoreyView; site: string }) {
  return (
    <ul class="rows places" data-site={site}>
      {storey.places.map((place) => (
        <li key={place.key} class="place" data-place={place.key} data-tone={place.tone}>
          <p class="place-head">
            <StateMark tone={place.tone}>{place.name}</StateMark>{' '}
            <a class="hint alone" href={address(`/devices/${place.device}`)}>
              {place.device}
            </a>
            {place.alerts.map((alert) => (
              <a key={alert.alert} class="alone" href={address(`/alerts/${alert.alert}`)}>
                {pick(alert.headline)}
              </a>
            ))}
          </p>
          <ul class="place-points">
            {place.points.map((point) => (
              <li key={point.name}>
                <a
                  href={addressHere({ point: `${place.device}/${point.name}` })}
                  data-tone={point.tone}
                  class="place-point"
                >
                  <span>{point.label}</span>{' '}
                  <span class="number">
                    <span class="value">{point.value}</span> {point.unit}
                  </span>{' '}
                  {point.age !== null && <Age {...point.age} />}
                  {point.note !== '' && <span class="note">{point.note}</span>}
                </a>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

/** The past of the point that was chosen. */
export function Trend({ site, point }: { site: string; point: string }) {
  const part = useComesIntoSight<HTMLElement>(point);
  const standard = standardRangeOf(point.slice(point.indexOf('/') + 1));
  return (
    <section ref={part} class="card history-part in-sight" aria-labelledby="trend-title">
      <h2 id="trend-title">
        {tell('trend')}: {labelOf(point)}
      </h2>
      <RangeChoice standard={standard} />
      <History key={point} site={site} points={[point]} standard={standard} />
    </section>
  );
}
