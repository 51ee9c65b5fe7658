import type { RawReading } from '../../../contract/http/history.ts';
import { toLocal } from '../../ui/local-time.ts';

/**
 * Readings as a table that every program reads the same (RFC 4180): times as epoch milliseconds, a missing value as an
 * empty field with its fault beside it. Words are quoted, so that an empty word is not taken for none. Pure.
 */
export function csvOf(series: readonly { readonly point: string; readonly rows: readonly RawReading[] }[]): string {
  const lines = series.flatMap(({ point, rows }) =>
    rows.map(({ at, value, quality, fault, time }) =>
      [point, at === null ? '' : String(Date.parse(at)), valueField(value), quality, fault ?? '', time].join(','),
    ),
  );
  return `${['point,at_ms,value,quality,fault,time', ...lines].join('\r\n')}\r\n`;
}

function valueField(value: RawReading['value']): string {
  if (value === null) return '';
  return typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value);
}

/** `jari-20261129-0000-20261130-0000`: where the span begins and ends by the clock of the site, as the page showed it. Pure. */
export function fileName({ from, to }: { readonly from: string; readonly to: string }, timeZone: string): string {
  const stamps = [from, to].map((end) => toLocal(Date.parse(end), timeZone).replace(/[-:]/g, '').replace('T', '-'));
  return `jari-${stamps.join('-')}`;
}
