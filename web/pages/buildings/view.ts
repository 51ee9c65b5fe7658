import type { BuildingDetail } from '../../../contract/http/live.ts';
import type { AlertItem } from '../../gateway/items.ts';
import { deviceKey, type Model } from '../../gateway/model.ts';
import { itemsOf } from '../../gateway/offered.ts';
import { pointText } from '../../text/format.ts';
import { levels, levelTones, type Tone, urgency } from '../../text/tones.ts';
import { isAside } from '../alerts/view.ts';
import { deviceView, type PointView, type Seen } from '../live/view.ts';

/** What a person is to see of a building: its storeys, and each sensor at its place. Pure. */

type Place = BuildingDetail['places'][number];
type Storey = BuildingDetail['storeys'][number];

export type PlaceView = {
  readonly key: string;
  readonly name: string;
  readonly device: string;
  /** Its points; of a place that is one point of a device, that one alone. */
  readonly points: readonly PointView[];
  readonly tone: Tone;
  /** Open alerts that it was a witness of. */
  readonly alerts: readonly AlertItem[];
  readonly storey: string | null;
  /** Metres east and north of the building's corner. */
  readonly at: readonly [number, number] | null;
};

export type StoreyView = {
  readonly id: string | null;
  readonly name: string;
  readonly outline: Storey['outline'];
  readonly places: readonly PlaceView[];
  readonly tone: Tone;
  readonly unknown: number;
};

/** The highest first, as they stand; what belongs to no storey comes last. */
export function storeysOf(building: BuildingDetail, model: Model, seen: Seen, noStorey: string): StoreyView[] {
  const places = building.places.map((place) => placeView(place, building, model, seen));
  const of = (id: string | null) => places.filter(({ storey }) => storey === id);
  const storeys = building.storeys
    .toReversed()
    .map(({ id, name, outline }) => storeyView(id, name[seen.language], outline, of(id)));
  const rest = of(null);
  return rest.length === 0 ? storeys : [...storeys, storeyView(null, noStorey, null, rest)];
}

function storeyView(
  id: string | null,
  name: string,
  outline: Storey['outline'],
  places: readonly PlaceView[],
): StoreyView {
  return {
    id,
    name,
    outline,
    places,
    tone: worstOf(places.map(({ tone }) => tone)),
    unknown: places.filter(({ tone }) => tone === 'unknown').length,
  };
}

function placeView(place: Place, building: BuildingDetail, model: Model, seen: Seen): PlaceView {
  const device = place.device ?? place.point?.split('/')[0] ?? '';
  const only = place.point?.split('/')[1];
  const item = model.devices.get(deviceKey({ site: building.site, device }));
  const points = item === undefined ? [] : deviceView(model, item, seen).points;
  const own = only === undefined ? points : points.filter(({ name }) => name === only);
  const alerts = itemsOf(model.alerts).filter(
    (alert) =>
      alert.site === building.site &&
      !isAside(alert) &&
      alert.state !== 'late' &&
      alert.points.some((point) => own.some(({ name }) => point === `${device}/${name}`)),
  );
  return {
    key: place.device ?? place.point ?? '',
    name: place.name?.[seen.language] ?? (only === undefined ? device : `${device} ${pointText(only, seen.language)}`),
    device,
    points: own,
    tone: toneOf(own, alerts, seen),
    alerts,
    storey: place.storey,
    at: place.at,
  };
}

/** An alert speaks first; then what is not known. That nothing is wrong is only said while all of it is known. */
function toneOf(points: readonly PointView[], alerts: readonly AlertItem[], seen: Seen): Tone {
  if (seen.link === 'lost' || points.length === 0) return 'unknown';
  const level = levels.findLast((each) => alerts.some((alert) => alert.level === each));
  if (level !== undefined) return levelTones[level];
  if (points.every(({ tone }) => tone === 'unknown')) return 'unknown';
  return worstOf(points.map(({ tone }) => tone));
}

export function worstOf(tones: readonly Tone[]): Tone {
  return tones.reduce<Tone>((worst, tone) => (urgency[tone] < urgency[worst] ? tone : worst), 'normal');
}

/** The storey that is shown when none is asked for: the one in the worst state, and of equals the first. */
export function firstStorey(storeys: readonly StoreyView[]): StoreyView | undefined {
  return storeys.toSorted((a, b) => urgency[a.tone] - urgency[b.tone])[0];
}

/** The one figure of a place that is worth writing into a plan: what is wrong, else the first that has a value. */
export function figureOf({ points }: PlaceView): PointView | undefined {
  return (
    points.toSorted((a, b) => urgency[a.tone] - urgency[b.tone]).find(({ tone }) => tone !== 'normal') ??
    points.find(({ unit }) => unit !== '') ??
    points[0]
  );
}

/** Sensors that stand at the same spot are drawn side by side, so that each can be touched. */
export function apart(places: readonly PlaceView[]): { place: PlaceView; x: number; y: number }[] {
  const taken = new Map<string, number>();
  return places.flatMap((place) => {
    if (place.at === null) return [];
    const [x, y] = place.at;
    const spot = `${Math.round(x)} ${Math.round(y)}`;
    const nth = taken.get(spot) ?? 0;
    taken.set(spot, nth + 1);
    return [{ place, x: x + nth * 1.5, y }];
  });
}
