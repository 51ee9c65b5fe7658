import type { Upkeep } from '../../../contract/http/upkeep.ts';
import { dayText } from '../../text/format.ts';
import { systemWords } from '../../text/system.ts';
import { language, speaker } from '../../ui/language.ts';
import { zone } from '../../ui/zone.ts';
import { sizeText } from './view.ts';

const tell = speaker(systemWords);
type Storage = Upkeep['storage'];

/** How long readings are there, and what the card will last. */
export function StorageSection({ of }: { of: Upkeep }) {
  return (
    <section class="card" id="storage" aria-labelledby="storage-title">
      <h2 id="storage-title">{tell('storageTitle')}</h2>
      <Figures storage={of.storage} />
    </section>
  );
}

function Figures({ storage }: { storage: Storage }) {
  const { freeBytes, usedBytes, rawFrom, hoursFrom, keepDays, folding, bytesPerReading, bytesPerDay } = storage;
  const rows: [string, string][] = [
    [tell('free'), sizeText(freeBytes)],
    [tell('used'), sizeText(usedBytes)],
    [tell('raw'), rawFrom === null ? tell('none') : tell('since', { time: dayOf(rawFrom), days: keepDays })],
    [tell('hours'), hoursFrom === null ? tell('none') : tell('sinceHours', { time: dayOf(hoursFrom) })],
    [tell('perReading'), bytesPerReading === null ? '–' : tell('bytes', { count: Math.round(bytesPerReading) })],
    [tell('perDay'), bytesPerDay === null ? '–' : sizeText(bytesPerDay)],
    [tell('life'), lifeText(storage)],
  ];
  return (
    <>
      <dl class="system-facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {folding !== null && <p class="hint">{tell(folding === 'age' ? 'foldingAge' : 'foldingDisk')}</p>}
    </>
  );
}

function dayOf(at: string): string {
  return dayText(Date.parse(at), zone.value, language.value);
}

function lifeText({ lifeYears, card }: Storage): string {
  if (card === null) return tell('noRating');
  if (lifeYears === null) return tell('noPace');
  const years = lifeYears >= 10 ? Math.round(lifeYears) : Math.round(lifeYears * 10) / 10;
  return tell('years', { years, rated: sizeText(card.bytes), source: card.source ?? tell('noSource') });
}
