import { deviceWords } from '../../text/devices.ts';
import { speaker } from '../../ui/language.ts';
import type { Uplinks } from './figures.ts';

const tell = speaker(deviceWords);

/** How it was heard last; what nobody says is left out. */
function signalOf({ margin, rssi, battery }: Uplinks): string[] {
  return [
    margin === null ? '' : tell('radioMargin', { margin }),
    rssi === null ? '' : tell('radioSignal', { rssi }),
    battery === null ? '' : tell('radioBattery', { battery }),
  ].filter((part) => part !== '');
}

/** Of a sensor that speaks by itself: what of its messages came, and how well it is heard. */
export function RadioFacts({ of }: { of: Uplinks }) {
  const { heard, lost, twice, late, refused, joins } = of;
  const signal = signalOf(of);
  return (
    <>
      <dt>{tell('radio')}</dt>
      <dd id="radio">
        {tell('radioHeard', { heard, lost, twice, late, refused, joins })}
        {signal.length > 0 && (
          <>
            <br />
            {signal.join(' · ')}
          </>
        )}
      </dd>
    </>
  );
}

/** The same in a line of a list. */
export function radioLine(of: Uplinks): string {
  const lost = of.lost === 0 ? [] : [tell('radioLost', { lost: of.lost })];
  return [...signalOf(of).filter((_, place) => place !== 1 || of.margin === null), ...lost].join(' · ');
}
