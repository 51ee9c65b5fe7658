import type { Upkeep } from '../../../contract/http/upkeep.ts';
import { phaseWords, upgradeFailureWords } from '../../../contract/words/upgrade.ts';
import { filedText } from '../../text/format.ts';
import { systemWords } from '../../text/system.ts';
import { language, pick, speaker } from '../../ui/language.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { timeAt } from '../../ui/time.tsx';
import { zone } from '../../ui/zone.ts';

const tell = speaker(systemWords);
type Upgrade = NonNullable<Upkeep['upgrade']>;

/** Which version runs, and how an upgrade stands; nothing where this gateway is upgraded in another way. */
export function UpgradeSection({ of: { upgrade } }: { of: Upkeep }) {
  if (upgrade === null) return null;
  const { version, underWay, last } = upgrade;
  return (
    <section class="card" id="upgrade" aria-labelledby="upgrade-title">
      <h2 id="upgrade-title">{tell('upgradeTitle')}</h2>
      <p>{tell('version', { version })}</p>
      {underWay !== null && (
        <p>
          <StateMark tone="caution">{pick(phaseWords[underWay.phase])}</StateMark>{' '}
          {tell('fromTo', { from: underWay.from, to: underWay.to })}
        </p>
      )}
      {underWay !== null && underWay.commitsAt !== null && (
        <p>{tell('commitsAt', { time: timeAt(underWay.commitsAt) })}</p>
      )}
      {last !== null && <Last last={last} />}
    </section>
  );
}

function Last({ last }: { last: NonNullable<Upgrade['last']> }) {
  const { outcome, from, to, at, reason, isSetAside } = last;
  const day = filedText(Date.parse(at), zone.value, language.value);
  return (
    <>
      <p>
        <StateMark tone={outcome === 'committed' ? 'normal' : 'caution'}>
          {tell(outcome === 'committed' ? 'committed' : 'wentBack', { from, to, day })}
        </StateMark>
      </p>
      {reason !== null && <p>{pick(upgradeFailureWords(reason))}</p>}
      {isSetAside && <p class="hint">{tell('setAside')}</p>}
    </>
  );
}
