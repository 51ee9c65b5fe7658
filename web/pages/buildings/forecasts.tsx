import type { BuildingDetail } from '../../../contract/http/live.ts';
import { levelText, rateText, signed } from '../../../contract/words/figures.ts';
import { askEvery } from '../../gateway/api.ts';
import type { ForecastItem } from '../../gateway/items.ts';
import { type Loaded, useResource } from '../../gateway/resource.ts';
import { forecastPageWords, forecastStateWords } from '../../text/forecast.ts';
import { dayText } from '../../text/format.ts';
import { labelOf } from '../../ui/history.tsx';
import { language, pick, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { address } from '../../ui/router.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { zone } from '../../ui/zone.ts';
import { groupsOf, toneOf } from './forecast-view.ts';

const tell = speaker(forecastPageWords);
const everyMs = 5 * 60_000;

export function useForecasts({ site, building }: BuildingDetail): Loaded<ForecastItem[]> {
  return useResource<ForecastItem[]>(
    `forecasts ${site} ${building}`,
    () => askEvery<ForecastItem>(`/api/v1/forecasts?building=${building}&site=${site}`),
    everyMs,
  ).now;
}

/** From the head of the building to its forecasts, which stand below every floor. Its place is kept until they are known. */
export function ToForecasts({ now }: { now: Loaded<ForecastItem[]> }) {
  if (now.state === 'loading') return <span class="button waits">{tell('title')}</span>;
  if (now.state !== 'there' || now.body.length === 0) return null;
  const moving = groupsOf(now.body).moving.length;
  return (
    <a class="button" id="to-forecasts" href="#forecast-title">
      {moving === 0 ? tell('title') : tell('moving', { count: moving })}
    </a>
  );
}

/** What the record of each structural point of a building lets expect: what moves first, then what cannot be told. */
export function Forecasts({ of, now }: { of: BuildingDetail; now: Loaded<ForecastItem[]> }) {
  if (now.state !== 'there') return now.state === 'loading' ? null : <NotThere state={now.state} />;
  if (now.body.length === 0) return null;
  const { moving, untold, quiet } = groupsOf(now.body);
  return (
    <section class="forecasts" aria-labelledby="forecast-title">
      <h2 id="forecast-title" class="in-sight">
        {tell('title')}
      </h2>
      <p class="hint">{tell('about')}</p>
      <ul class="rows">
        {moving.map((item) => (
          <Row key={item.point} item={item} of={of} />
        ))}
      </ul>
      <More label={tell('untold', { count: untold.length })} items={untold} of={of} />
      <More label={tell('quiet', { count: quiet.length })} items={quiet} of={of} />
    </section>
  );
}

function More({ label, items, of }: { label: string; items: readonly ForecastItem[]; of: BuildingDetail }) {
  if (items.length === 0) return null;
  return (
    <details class="forecast-more">
      <summary>{label}</summary>
      <ul class="rows">
        {items.map((item) => (
          <Row key={item.point} item={item} of={of} />
        ))}
      </ul>
    </details>
  );
}

function Row({ item, of }: { item: ForecastItem; of: BuildingDetail }) {
  const { point, why, at, simulated } = item;
  return (
    <li class="card forecast" data-point={point} data-state={item.state} data-tone={toneOf(item)}>
      <p class="forecast-head">
        <ForecastState item={item} />
        <strong>{placeText(point, of)}</strong>
        <a class="button" href={address(`/buildings/${of.building}/forecast`, { point })}>
          {tell('report')}
        </a>
      </p>
      <p class="forecast-why" data-code={why.code}>
        {pick(item.text)}
      </p>
      {item.state !== 'none' && <Facts item={item} />}
      <WhyNot item={item} />
      <p class="hint">
        {at === null ? tell('notYet') : tell('judgedAt', { time: dayOf(at) })}
        {simulated && ` · ${tell('simulated')}`}
      </p>
    </li>
  );
}

export function ForecastState({ item }: { item: ForecastItem }) {
  const word = pick(forecastStateWords[item.state === 'none' && !item.judged ? 'untold' : item.state]);
  const shown = item.state !== 'none' && !item.judged ? tell('lastKnown', { state: word }) : word;
  return (
    <StateMark tone={toneOf(item)} look="badge">
      {shown}
    </StateMark>
  );
}

/** Since when, how fast, and by when. */
export function Facts({ item }: { item: ForecastItem }) {
  const facts = factsOf(item);
  return (
    <dl class="forecast-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function factsOf(item: ForecastItem): [string, string][] {
  const { since, maySeasonal, state } = item;
  // What gets faster moves faster by now than on the mean.
  const isMean = state === 'accelerating' || state === 'imminent';
  return [
    [tell('since'), since === null ? '—' : dayOf(since)],
    [tell(isMean ? 'meanRate' : 'rate'), `${speedText(item)}${maySeasonal ? ` · ${tell('seasonal')}` : ''}`],
    [tell('limit'), limitText(item)],
    [tell('window'), windowText(item)],
  ];
}

function speedText({ rate, interval, unit }: ForecastItem): string {
  if (rate === null) return '—';
  const per = tell('perDay', { rate: signed(rateText, rate, unit) });
  if (interval === null) return per;
  const [low, high] = interval;
  return `${per} (${tell('range', { low: signed(rateText, low, unit), high: signed(rateText, high, unit) })})`;
}

function limitText({ limits, unit }: ForecastItem): string {
  const ends = [limits.low, limits.high].filter((end) => end !== null);
  if (ends.length === 0) return tell(limits.learning ? 'limitNotLearnt' : 'noLimit');
  return ends.map((end) => levelText(end, unit)).join(' / ');
}

function windowText({ window }: ForecastItem): string {
  if (window === null) return tell('noDate');
  return tell('between', { from: dayOf(window[0]), to: dayOf(window[1]) });
}

function WhyNot({ item }: { item: ForecastItem }) {
  const { whyNot, text } = item;
  const others = whyNot.filter((one) => one.text.en !== text.en);
  if (others.length === 0) return null;
  return (
    <details class="why-not">
      <summary>{tell('whyNot')}</summary>
      <ul>
        {others.map(({ reason, text: words }) => (
          <li key={`${reason.code} ${words.en}`}>{pick(words)}</li>
        ))}
      </ul>
    </details>
  );
}

/** The place as people call it, and the point. */
export function placeText(point: string, { places }: BuildingDetail): string {
  const device = point.split('/')[0];
  const place = places.find((one) => one.point === point) ?? places.find((one) => one.device === device);
  const name = place?.name?.[language.value];
  return name === undefined ? labelOf(point) : `${name} · ${labelOf(point)}`;
}

export function dayOf(at: string): string {
  return dayText(Date.parse(at), zone.value, language.value);
}
