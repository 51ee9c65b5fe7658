import type { BusLink } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import type { Bus } from './bus.ts';
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
 * @param tap what stands between the bus and its wire, such as a recorder
 */
export function busOn(
  link: BusLink,
  about: { clock: Clock; log: Log; random: () => number; id: string },
  tap: (wire: Wire) => Wire = (wire) => wire,
): Bus {
  const { clock } = about;
  switch (link.kind) {
    case 'modbus-rtu':
      return new RtuBus({ ...about, line: link, wire: tap(new SerialWire({ clock, link, timing: link.timing })) });
    case 'modbus-tcp':
      return new TcpBus({ ...about, link, wire: tap(new TcpWire({ clock, link })) });
    case 'modbus-rtu-over-tcp':
      return new RtuBus({
        ...about,
        line: link,
        wire: tap(new ConverterWire({ clock, link })),
        deliveryMs: converterDeliveryMs,
      });
  }
}
