import type { z } from 'zod';
import type { alertDetailSchema, alertStateSchema, causeSchema } from '../../contract/http/alerts.ts';
import type { LotItem, SpaceItem } from '../../contract/http/parking.ts';

export type { AlertItem, RuleItem, TransitionItem } from '../../contract/http/alerts.ts';
export type { AlertPeople, OwnSaid, ReachedPerson } from '../../contract/http/answers.ts';
export type { ForecastItem, ForecastReport } from '../../contract/http/forecasts.ts';
export type { ReachItem } from '../../contract/http/notices.ts';
export type { LotItem, SpaceItem, Statistics, StayItem, ViolationItem } from '../../contract/http/parking.ts';

/** What of the API the pages read beyond agents, devices and points, under the names they use for it. */

export type AlertDetail = z.infer<typeof alertDetailSchema>;
export type AlertState = z.infer<typeof alertStateSchema>;
export type Cause = z.infer<typeof causeSchema>;
export type SpaceState = SpaceItem['state'];
export type Counts = Pick<LotItem, 'capacity' | 'free' | 'occupied' | 'unknown' | 'outOfService'>;
