import type { AnyPoint } from './profile.ts';
import { type RawForm, rawLimits } from './raw.ts';

/**
 * Which values a point can ever give. What waits for another one never comes: a point that is none "while state is 300"
 * would count for ever where the state is a byte, and a bay that is occupied below 1.5 would be free for ever where the
 * sensor says millimetres.
 */
export type Reach = {
  readonly least: number;
  readonly most: number;
  /** Whether this very number is among them. */
  has(value: number): boolean;
};

/** How a point's raw values are written at one place; `scale` multiplies them there, before the point's own. */
export type RawPlace = { readonly form: RawForm; readonly scale: number };

/** The numbers that a point gives, of the places where it stands; before `trueBelow`, if it has one. */
export function reachOf(point: AnyPoint, places: readonly RawPlace[]): Reach {
  const isFree = 'scaleFrom' in point && (point.scaleFrom !== null || isScaledByOthers(point));
  const [low, high] = point.valid ?? [-Infinity, Infinity];
  const spans = isFree || places.length === 0 ? [everything] : places.map((place) => spanOf(point, place));
  const [least, most] = [Math.min(...spans.map(([from]) => from)), Math.max(...spans.map(([, to]) => to))];
  return {
    least: Math.max(low, least),
    most: Math.min(high, most),
    has: (value) =>
      value >= low &&
      value <= high &&
      (isFree || places.length === 0 || places.some((at) => isGiven(point, at, value))),
  };
}

type Span = readonly [number, number];

const everything: Span = [-Infinity, Infinity];

function isScaledByOthers(point: Extract<AnyPoint, { scaleFrom: unknown }>): boolean {
  return point.scaleBy.length + point.negativeWhile.length > 0;
}

function spanOf(point: AnyPoint, { form, scale }: RawPlace): Span {
  const [least, most] = limitsOf(form);
  const [from, to] = point.rawValid ?? everything;
  const ends = [Math.max(least, from), Math.min(most, to)].map((raw) => near(raw * scale * point.scale + point.offset));
  return [Math.min(...ends), Math.max(...ends)];
}

function limitsOf(form: RawForm): Span {
  if (form.kind !== 'written' || form.width === null) return rawLimits(form) ?? everything;
  const digits = form.width - (form.decimals ? form.decimals + 1 : 0);
  const step = form.decimals ? 10 ** -form.decimals : 1;
  return [step - 10 ** (digits - 1), 10 ** digits - step];
}

function isGiven(point: AnyPoint, place: RawPlace, value: number): boolean {
  const { form } = place;
  const [least, most] = spanOf(point, place);
  if (value < least || value > most) return false;
  const raw = near((value - point.offset) / (place.scale * point.scale));
  if (point.sentinels.includes(raw)) return false;
  if (form.kind === 'whole' || form.kind === 'decimal') return Number.isInteger(raw);
  if (form.kind === 'written') return form.decimals === undefined || Number(raw.toFixed(form.decimals)) === raw;
  if (form.kind !== 'float' || form.bits === 64) return true;
  const float = Math.fround(raw);
  return (place.scale * point.scale === 1 && point.offset === 0 ? float : float * point.scale + point.offset) === value;
}

/** Twelve digits are more than any sensor has, and hide what doubles add to a decimal. */
function near(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : value;
}
