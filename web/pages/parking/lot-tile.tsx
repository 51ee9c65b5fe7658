import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { LotItem } from '../../gateway/items.ts';
import { linkState, second } from '../../gateway/live.ts';
import { nothing } from '../../text/format.ts';
import { parkingWords, spaceStateWords, spaceTypeWords } from '../../text/parking.ts';
import { pick, speaker } from '../../ui/language.ts';
import { address } from '../../ui/router.ts';
import { Age } from '../../ui/time.tsx';
import { isPastTtl, lotSeen, sharesOf } from './view.ts';

const tell = speaker(parkingWords);

/** A lot in one look: how many are free, how sure that is, and the rest of its spaces. */
export function LotTile({ lot, look = 'lot-tile' }: { lot: LotItem; look?: 'lot-tile' | 'head' }) {
  const seen = lotSeen(lot, { link: linkState.value });
  // Each second is looked at; drawn again is what becomes old.
  const isOld = useMemo(() => computed(() => isPastTtl(lot, second.value)), [lot]).value;
  const name = pick(lot.name);
  return (
    <article class={`lot ${look}`} data-lot={lot.lot} data-stale={isOld || undefined}>
      <header>
        {look === 'head' ? (
          <h1>{name}</h1>
        ) : (
          <h2>
            <a href={address(`/parking/${lot.lot}`)}>{name}</a>
          </h2>
        )}
        {lot.address.road && look === 'head' && <p class="hint">{lot.address.road}</p>}
      </header>
      <LotFigure lot={lot} />
      <CountBar lot={lot} isLost={seen.say === 'lost'} />
      <p class="lot-foot">
        <Age at={lot.at} />
        {isOld && <span class="tag">{tell('stale')}</span>}
        {lot.capacity > lot.outOfService && <span>{tell('sure', { percent: seen.surePercent })}</span>}
        {lot.sign !== null && <strong>{tell('sign', { text: pick(lot.sign) })}</strong>}
      </p>
      {look === 'head' && <ByType lot={lot} isLost={seen.say === 'lost'} />}
    </article>
  );
}

/** The figure people come for. Where it cannot be given, the word that says why stands in its place. */
export function LotFigure({ lot }: { lot: LotItem }) {
  const seen = lotSeen(lot, { link: linkState.value });
  const words = { full: 'full', closed: 'closed', unknown: 'fullnessUnknown' } as const;
  if (seen.say === 'lost') return <p class="figure none">{nothing}</p>;
  if (seen.say !== 'free') {
    return (
      <p class="figure word" data-say={seen.say}>
        {tell(words[seen.say])}
      </p>
    );
  }
  return (
    <p class="figure" data-say="free">
      {seen.isLowerBound && <small>{tell('atLeast')} </small>}
      <strong>{lot.free}</strong> <small>{tell('free')}</small>{' '}
      <small class="of">{tell('of', { capacity: lot.capacity })}</small>
    </p>
  );
}

/** Shares of the spaces, and the same as words: a bar alone says nothing to who cannot see it. */
function CountBar({ lot, isLost }: { lot: LotItem; isLost: boolean }) {
  if (isLost) return null;
  const shares = sharesOf(lot);
  return (
    <>
      <span class="count-bar" aria-hidden="true">
        {shares.map(({ state, count }) => (
          <span key={state} data-space={state} style={{ flexGrow: count }} />
        ))}
      </span>
      <ul class="counts">
        {shares.map(({ state, count }) => (
          <li key={state}>
            <span class="space-mark" data-space={state} aria-hidden="true" />
            {pick(spaceStateWords[state])} <strong>{count}</strong>
          </li>
        ))}
      </ul>
    </>
  );
}

function ByType({ lot, isLost }: { lot: LotItem; isLost: boolean }) {
  const types = Object.entries(lot.byType);
  if (types.length < 2 || isLost) return null;
  return (
    <ul class="types">
      {types.map(([type, counts]) => (
        <li key={type}>
          <span>{typeText(type)}</span> <strong>{lot.state === 'closed' ? nothing : counts.free}</strong>
          <small>/{counts.capacity}</small>
          {counts.unknown > 0 && (
            <small>
              {' '}
              · {tell('unknown')} {counts.unknown}
            </small>
          )}
        </li>
      ))}
    </ul>
  );
}

export function typeText(type: string): string {
  const words = spaceTypeWords[type];
  return words === undefined ? type : pick(words);
}
