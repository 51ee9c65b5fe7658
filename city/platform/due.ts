import { type CapRecord, capRecordSchema } from '../../contract/city.ts';
import type { PlatformRow } from '../store/views.ts';

/** Which events the 스마트시티 통합플랫폼 is to be posted next. Pure. */

export type DueEvent = {
  readonly identifier: string;
  readonly site: string;
  readonly tries: number;
  readonly event: NonNullable<CapRecord['platform']>;
};

/**
 * The first undone event of each alert, the oldest first: an all-clear never overtakes what it ends. One that was refused
 * waits for its time, and so do those of its alert behind it.
 */
export function dueEvents(rows: readonly PlatformRow[], now: number): DueEvent[] {
  const begun = new Set<string>();
  return rows.flatMap(({ identifier, site, body, doneAt, tries, nextAt }) => {
    const says = capRecordSchema.safeParse(body);
    if (!says.success || says.data.platform === null || doneAt !== null) return [];
    const chain = `${site}/${says.data.alert}`;
    if (begun.has(chain)) return [];
    begun.add(chain);
    return (nextAt ?? 0) > now ? [] : [{ identifier, site, tries, event: says.data.platform }];
  });
}
