import { formatProblem, loadSite } from '../../../config/load-site.ts';
import type { Site } from '../../../config/site.ts';
import { type Clock, systemClock } from '../../../contract/clock.ts';
import { type PointRef, tryPointRef } from '../../../contract/ids.ts';
import { InputError } from '../../../contract/input-error.ts';
import type { Recorded } from '../../../rules/replay.ts';
import { Audit } from '../../audit/audit.ts';
import { reasonOf } from '../../audit/entry.ts';
import { tryLock } from '../../data-folder/lock.ts';
import { openDataFolder } from '../../data-folder/private-files.ts';
import type { HourOfPoint } from '../../forecast/decisions.ts';
import { followedPoints, type ReadPoint, readPoints } from '../../forecast/followed.ts';
import { ForecastTables } from '../../forecast/forecast-tables.ts';
import { hourOf, hoursFrom } from '../../forecast/hours.ts';
import { defaultForecastPolicy } from '../../forecast/policy.ts';
import { openDatabase } from '../../store/database.ts';
import { caller, usable } from '../change.ts';
import type { Output } from '../output.ts';
import { columnsIn, readRecording, usualStepMs } from '../rules/recording.ts';

export type ImportOptions = {
  readonly file: string;
  readonly site: string;
  readonly time: string;
  readonly value?: readonly string[];
  readonly data?: string;
  readonly simulated?: boolean;
  readonly why?: string;
};

/**
 * `jari forecast import`: hours of structural points that were recorded elsewhere. Hours in which something is known already
 * stay as they are, so the same file may be given twice.
 * @throws InputError
 */
export async function runForecastImport(options: ImportOptions, clock: Clock = systemClock): Promise<Output> {
  const site = readSite(options.site);
  const reads = readPoints(site, followedPoints(site, defaultForecastPolicy));
  const columns = columnsOf(options, reads);
  const readings = readRecording(options.file, {
    ...{ time: options.time, points: columns, only: 'numbers' },
    timezone: site.timezone,
  });
  const dir = openDataFolder(options.data);
  const attempt = tryLock(dir);
  if (!attempt.ok)
    throw new InputError([`${dir}: a gateway runs on it; stop it first, since what it knows would not change`]);
  try {
    return put(dir, { site, reads, readings, points: columns.map(({ point }) => point), options, clock });
  } finally {
    attempt.lock.release();
  }
}

function put(
  dir: string,
  of: {
    site: Site;
    reads: readonly ReadPoint[];
    readings: readonly Recorded[];
    points: readonly PointRef[];
    options: ImportOptions;
    clock: Clock;
  },
): Output {
  const { site, reads, readings, points, options, clock } = of;
  const db = usable(() => openDatabase(dir));
  try {
    const tables = new ForecastTables(db);
    const audit = new Audit({ db, clock });
    const stored = tables.open(reads, hourOf(clock.now()));
    const byPoint = Map.groupBy(readings, ({ point }) => point);
    const { simulated = false } = options;
    const put = db.transaction(() => {
      const hours = points.reduce((sum, point) => {
        const nth = reads.findIndex((one) => one.point === point);
        const id = stored[nth]?.id;
        const own = hoursOf(byPoint.get(point) ?? [], { simulated, before: hourOf(clock.now()) });
        return id === undefined ? sum : sum + tables.putImported(id, own);
      }, 0);
      if (hours > 0)
        audit.write({
          ...{ by: caller(), why: reasonOf(options.why), action: 'forecast-import', subject: `site:${site.id}` },
          ...{ before: null, after: { hours, points, simulated } },
        });
      return hours;
    })();
    const kind = simulated ? 'simulated hours' : 'hours';
    return {
      text: `${options.file}: ${put} ${kind} of ${points.length} points are new`,
      json: { hours: put, points, simulated },
    };
  } finally {
    db.close();
  }
}

/** A value holds for one and a half of the recording's own step. What is of this hour or later is not past. */
function hoursOf(readings: readonly Recorded[], of: { simulated: boolean; before: number }): HourOfPoint[] {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return [];
  const values = readings.map(({ at, value }) => ({ at, value: typeof value === 'number' ? value : null }));
  const from = hourOf(first.at);
  const count = Math.min(hourOf(last.at) + 1, of.before) - from;
  if (count <= 0) return [];
  const holdMs = Math.max(60_000, 1.5 * usualStepMs(readings));
  const hours = hoursFrom(values, { first: from, count, holdMs });
  return hours.flatMap((hour, nth) =>
    hour.minutes === 0 ? [] : [{ hour: from + nth, stored: { ...hour, simulated: of.simulated, imported: true } }],
  );
}

/** Which column is which point: as the person says, else by the columns' names. @throws InputError */
function columnsOf(
  { file, value = [] }: ImportOptions,
  reads: readonly ReadPoint[],
): { point: PointRef; column: string }[] {
  const wanted = new Set<string>(reads.map(({ point }) => point));
  const named =
    value.length > 0
      ? value.map((text) => ({
          text,
          name: text.slice(0, text.indexOf('=')),
          column: text.slice(text.indexOf('=') + 1),
        }))
      : columnsIn(file).map((column) => ({ text: column, name: column, column }));
  const known = named.flatMap(({ name, column }) => {
    const point = tryPointRef(name);
    return point !== undefined && wanted.has(point) ? [{ point, column }] : [];
  });
  const missed = value.length > 0 ? named.filter(({ name }) => !wanted.has(name)) : [];
  const list = [...wanted].join(', ');
  if (missed.length > 0)
    throw new InputError(
      missed.map(({ text }) => `--value ${text}: is no point whose hours are kept; there are ${list}`),
    );
  if (known.length === 0)
    throw new InputError([
      `${file}: has no column of a point whose hours are kept; say which with --value, of ${list}`,
    ]);
  return known;
}

function readSite(file: string): Site {
  const loaded = loadSite(file);
  if (loaded.ok) return loaded.site;
  throw new InputError(loaded.problems.filter(({ severity }) => severity === 'error').map(formatProblem));
}
