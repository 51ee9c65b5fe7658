import type { Route } from './route.ts';
import { alertRoutes } from './routes/alerts.ts';
import { answerRoutes } from './routes/answers.ts';
import { auditRoutes } from './routes/audit.ts';
import { commandRoutes } from './routes/commands.ts';
import { configurationRoutes } from './routes/configuration.ts';
import { eventRoutes } from './routes/events.ts';
import { feedRoutes } from './routes/feeds.ts';
import { forecastRoutes } from './routes/forecasts.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { liveRoutes } from './routes/live.ts';
import { maintenanceRoutes } from './routes/maintenance.ts';
import { noticeRoutes } from './routes/notices.ts';
import { offerRoutes } from './routes/offers.ts';
import { operationRoutes } from './routes/operation.ts';
import { pageRoutes } from './routes/page.ts';
import { parkingRoutes } from './routes/parking.ts';
import { peopleRoutes } from './routes/people.ts';
import { pushRoutes } from './routes/push.ts';
import { readingsRoutes } from './routes/readings.ts';
import { reservationRoutes } from './routes/reservations.ts';
import { sessionRoutes } from './routes/session.ts';
import { settlementRoutes } from './routes/settlements.ts';
import { sharingRoutes } from './routes/sharing.ts';
import { upkeepRoutes } from './routes/upkeep.ts';

/** Every route of the gateway, one line a domain. */
export const routes: readonly Route[] = [
  ...pageRoutes,
  ...operationRoutes,
  ...upkeepRoutes,
  ...configurationRoutes,
  ...sessionRoutes,
  ...peopleRoutes,
  ...invitationRoutes,
  ...auditRoutes,
  ...liveRoutes,
  ...eventRoutes,
  ...readingsRoutes,
  ...parkingRoutes,
  ...alertRoutes,
  ...answerRoutes,
  ...maintenanceRoutes,
  ...commandRoutes,
  ...feedRoutes,
  ...forecastRoutes,
  ...noticeRoutes,
  ...pushRoutes,
  ...offerRoutes,
  ...reservationRoutes,
  ...sharingRoutes,
  ...settlementRoutes,
];
