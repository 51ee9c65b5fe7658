import { type Observed, type Row, timeOf } from '../model.ts';
import type { WhyUnknown } from '../views.ts';

type Point = { readonly lat: number; readonly lon: number };

/** RFC 7946: longitude first. */
export function pointOf(at: Point | null) {
  return at === null ? null : { type: 'Point', coordinates: [at.lon, at.lat] };
}

/** schema.org PostalAddress; nothing without a street. */
export function addressRow<V>(street: (view: V) => string | null, district: (view: V) => string): Row<V> {
  const get = (view: V) => {
    const [streetAddress, addressLocality] = [street(view), district(view)];
    if (streetAddress === null) return null;
    return { streetAddress, addressCountry: 'KR', ...(addressLocality === '' ? {} : { addressLocality }) };
  };
  return { name: 'address', of: 'common', get, inner: ['streetAddress', 'addressCountry', 'addressLocality'] };
}

/** Rows that every type has: where it is from, of when it is, and what is not known of it. */
export function commonRows<V extends Observed & { site: string; changed: number | null; unknown: WhyUnknown | null }>(
  quality: (view: V) => 'known' | 'partly-known' | 'unknown' = ({ unknown }) =>
    unknown === null ? 'known' : 'unknown',
): Row<V>[] {
  return [
    { name: 'dataProvider', of: 'common', get: ({ site }) => site },
    { name: 'dateModified', of: 'common', get: ({ changed }) => timeOf(changed) },
    { name: 'dataQuality', of: 'own', get: quality, isLive: true },
    { name: 'unknownReason', of: 'own', get: ({ unknown }) => unknown },
  ];
}
