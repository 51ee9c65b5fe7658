import { askEvery } from '../../gateway/api.ts';
import { now as gatewayNow } from '../../gateway/live.ts';
import { useResource } from '../../gateway/resource.ts';
import { parkingWords } from '../../text/parking.ts';
import { reservationStateText } from '../../text/reservations.ts';
import { language, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { timeAt } from '../../ui/time.tsx';

const tell = speaker(parkingWords);
const refreshMs = 30_000;
const hourMs = 3_600_000;
const beforeMs = 6 * hourMs;
const afterMs = 18 * hourMs;

export type Reservation = { id: string; lot: string; space: string; start: string; end: string; state: string };

/** A day of reservations, one line a space: six hours back, eighteen ahead. */
export function Reservations({ site, lot }: { site: string; lot: string }) {
  const { now } = useResource<Reservation[]>(
    `reservations ${lot}`,
    () => {
      const at = gatewayNow();
      const [from, to] = [new Date(at - beforeMs).toISOString(), new Date(at + afterMs).toISOString()];
      return askEvery<Reservation>(`/api/v1/reservations?site=${site}&lot=${lot}&from=${from}&to=${to}`);
    },
    refreshMs,
  );
  if (now.state !== 'there') return <NotThere state={now.state} />;
  if (now.body.length === 0) return <p class="hint">{tell('noReservations')}</p>;
  const from = now.at - beforeMs;
  const bySpace = Map.groupBy(now.body, ({ space }) => space);
  const share = (at: number) => `${Math.min(100, Math.max(0, ((at - from) / (beforeMs + afterMs)) * 100))}%`;
  return (
    <div class="timeline">
      <div class="timeline-head">
        <span>{timeAt(new Date(from).toISOString())}</span>
        <span>{timeAt(new Date(from + beforeMs + afterMs).toISOString())}</span>
      </div>
      {[...bySpace].map(([space, items]) => (
        <section key={space} class="timeline-row" aria-label={tell('reservationsBy', { space })}>
          <h3>{space}</h3>
          <div class="timeline-bars">
            <span class="now" style={{ left: share(now.at) }} />
            {items.map((item) => {
              const [left, right] = [share(Date.parse(item.start)), share(Date.parse(item.end))];
              return (
                <span
                  key={item.id}
                  class="reservation"
                  data-state={item.state}
                  style={{ left, width: `calc(${right} - ${left})` }}
                  title={`${timeAt(item.start)} – ${timeAt(item.end)}`}
                >
                  {reservationStateText(item.state, language.value)}
                </span>
              );
            })}
          </div>
        </section>
      ))}
    </div>
  );
}
