import type { AgentConfig, BusLink } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import type { Bus } from './bus.ts';
import { checkReadsOf } from './check-reads.ts';
import { ConverterWire } from './converter-wire.ts';
import { RtuBus } from './rtu-bus.ts';
import { SerialWire } from './serial-wire.ts';
import { TcpBus } from './tcp-bus.ts';
import { TcpWire } from './tcp-wire.ts';
import type { Wire } from './wire.ts';

/** A network may send the rest of a frame again, which takes it 200 ms. */
const converterDeliveryMs = 200;

/**
 * The bus of a link on real ports; not opened yet.
 * @param about `agent`: whose devices are polled on it, where that is known
 * @param tap what stands between the bus and its wire, such as a recorder
 */
export function busOn(
  link: BusLink,
  about: { clock: Clock; log: Log; random: () => number; id: string; agent?: Pick<AgentConfig, 'buses'> },
  tap: (wire: Wire) => Wire = (wire) => wire,
): Bus {
  const { clock, agent } = about;
  const config = agent?.buses.find(({ id }) => id === about.id);
  const polled = config !== undefined && 'timeoutMs' in config ? config : undefined;
  const checksOf = checkReadsOf(link, polled?.devices ?? []);
  // An agent that was killed asked its last before this process began, and was to be answered within the timeout.
  const silentMs = Math.max(0, (polled?.timeoutMs ?? 0) - 1000 * process.uptime());
  const silentUntil = clock.monotonic() + silentMs;
  switch (link.kind) {
    case 'modbus-rtu':
      return new RtuBus({
        ...about,
        line: link,
        wire: tap(new SerialWire({ clock, link, timing: link.timing })),
        silentUntil,
        checksOf,
      });
    case 'modbus-tcp':
      return new TcpBus({ ...about, link, wire: tap(new TcpWire({ clock, link })), checksOf });
    case 'modbus-rtu-over-tcp':
      return new RtuBus({
        ...about,
        line: link,
        wire: tap(new ConverterWire({ clock, link })),
        deliveryMs: converterDeliveryMs,
        silentUntil,
        checksOf,
      });
  }
}
