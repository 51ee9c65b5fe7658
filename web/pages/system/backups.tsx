import type { Upkeep } from '../../../contract/http/upkeep.ts';
import { backupWords } from '../../../contract/words/backup.ts';
import { ageText } from '../../text/format.ts';
import { systemWords } from '../../text/system.ts';
import { language, pick, speaker } from '../../ui/language.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { sizeText, toneOf } from './view.ts';

const tell = speaker(systemWords);
type Kind = Upkeep['drill'];

/** Copies of the gateway, and the drill that proves them. */
export function Backups({ of: { backup, drill } }: { of: Upkeep }) {
  return (
    <>
      <section class="card" id="backups" aria-labelledby="backups-title">
        <h2 id="backups-title">{tell('backupTitle')}</h2>
        <Standing kind={backup} figures={copied(backup)} />
        {backup.running && <p class="hint">{tell('running')}</p>}
      </section>
      <section class="card" id="drills" aria-labelledby="drills-title">
        <h2 id="drills-title">{tell('drillTitle')}</h2>
        <Standing kind={drill} figures={drilled(drill)} />
      </section>
    </>
  );
}

function Standing({ kind, figures }: { kind: Kind; figures: string | null }) {
  const { state, last, goodAgeMs } = kind;
  return (
    <>
      <p>
        <StateMark tone={toneOf(state)}>{tell(state)}</StateMark>
      </p>
      {last?.ok === false && last.reason !== null && <p>{pick(backupWords(last.reason))}</p>}
      {state !== 'off' && (
        <p>{goodAgeMs === null ? tell('noGood') : tell('goodAge', { age: ageText(goodAgeMs, language.value) })}</p>
      )}
      {figures !== null && <p class="hint">{figures}</p>}
    </>
  );
}

function copied({ lastGood }: Kind): string | null {
  if (lastGood === null) return null;
  const { bytes = 0, rows = 0, tookMs = 0 } = lastGood.figures;
  const seconds = Math.round(tookMs / 1000);
  return tell('copied', { name: lastGood.name ?? '', size: sizeText(bytes), rows, seconds });
}

function drilled({ lastGood }: Kind): string | null {
  if (lastGood === null) return null;
  const { tables = 0, rows = 0, readings = 0 } = lastGood.figures;
  return tell('drilled', { tables, rows, readings });
}
