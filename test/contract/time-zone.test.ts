import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isTimezone, utcOffsetMs, wallTime } from '../../contract/time-zone.ts';
import { root } from '../needs.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe('the wall clock of a time zone', () => {
  test.each(['Asia/Seoul', 'UTC'])('is what Intl says of %s on every day from 1989 to 2100', (timeZone) => {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    const wrong: string[] = [];
    for (let at = Date.UTC(1989, 0, 1); at < Date.UTC(2101, 0, 1); at += dayMs)
      if (wallTime(timeZone, at) !== format.format(at).replace(' ', 'T')) wrong.push(new Date(at).toISOString());
    expect(wrong).toEqual([]);
  });

  test('follows summer time, in Korea too where it had one', () => {
    const at = (text: string) => Date.parse(text);
    expect(utcOffsetMs('Asia/Seoul', at('1988-08-01T00:00:00Z'))).toBe(10 * hourMs);
    expect(utcOffsetMs('Europe/Berlin', at('2026-07-01T00:00:00Z'))).toBe(2 * hourMs);
    expect(utcOffsetMs('Europe/Berlin', at('2026-12-01T00:00:00.999Z'))).toBe(hourMs);
    expect(wallTime('America/St_Johns', at('2026-12-01T00:00:59.999Z'))).toBe('2026-11-30T20:30:59');
  });

  test('is refused for no such zone', () => {
    expect(isTimezone('Asia/Seoul') && isTimezone('Europe/Berlin') && isTimezone('UTC')).toBe(true);
    expect(isTimezone('Asia/Seul') || isTimezone('')).toBe(false);
    expect(() => utcOffsetMs('Asia/Seul', 0)).toThrow(RangeError);
  });

  /** Each of these maps 3 to 8 MB of the tables of ICU for as long as the process runs, the first time it is asked. */
  test('is all that agents and gateways ask Intl for', () => {
    const asks = /\bIntl\.[A-Z]|\.localeCompare\(|\.toLocale\w+\(/;
    const files = globSync('{contract,rules,devices,config,edge,gateway,disk,systemd}/**/*.ts', { cwd: root });
    expect(files.filter((file) => asks.test(readFileSync(join(root, file), 'utf8'))).toSorted()).toEqual([
      // Looks for the nearest name to one that is wrong: a file that is refused.
      'config/checks/did-you-mean.ts',
      'contract/time-zone.ts',
      // A command that ends.
      'edge/commissioning/handover-html.ts',
      // Makes the table of the coming years; a gateway has the table.
      'gateway/parking/calendar/lunar.ts',
    ]);
  });
});
