import type { Signal } from '@preact/signals';
import type { NotThere } from '../../../gateway/offered.ts';
import { momentText, valueText } from '../../../text/format.ts';
import { twinWords } from '../../../text/twin.ts';
import { language, speaker } from '../../../ui/language.ts';
import { zone } from '../../../ui/zone.ts';
import { type Look, type Move, moved } from './look.ts';
import type { BackdropState } from './use-backdrop.ts';
import type { Lean } from './view.ts';

const tell = speaker(twinWords);

const moves = [
  ['left', '←'],
  ['right', '→'],
  ['up', '↑'],
  ['down', '↓'],
  ['nearer', '+'],
  ['farther', '−'],
  ['reset', '⌂'],
] as const satisfies readonly (readonly [Move, string])[];

/** What dragging and keys do, as buttons. */
export function Moves({ look }: { look: Signal<Look> }) {
  return (
    <div class="twin-moves">
      {moves.map(([move, sign]) => (
        <button
          key={move}
          type="button"
          data-move={move}
          aria-label={tell(move)}
          title={tell(move)}
          onClick={() => {
            look.value = moved(look.value, move);
          }}
        >
          <span aria-hidden="true">{sign}</span>
        </button>
      ))}
    </div>
  );
}

export function Explode({ value }: { value: Signal<number> }) {
  return (
    <label class="twin-explode">
      <span>{tell('explode')}</span>
      <input
        type="range"
        id="twin-explode"
        min="0"
        max="100"
        value={Math.round(value.value * 100)}
        onInput={(event) => {
          value.value = event.currentTarget.valueAsNumber / 100;
        }}
      />
    </label>
  );
}

/** The displaced shape. By how much it is exaggerated, and of how many gauges it is made, stands beside it. */
export function LeanChoice({ isOn, lean, state }: { isOn: Signal<boolean>; lean: Lean; state: LeanState }) {
  if (lean.all === 0) return <p class="hint">{tell('leanNone')}</p>;
  return (
    <div class="twin-lean">
      <button
        type="button"
        id="twin-lean"
        aria-pressed={isOn.value}
        onClick={() => {
          isOn.value = !isOn.value;
        }}
      >
        {tell('lean')}
      </button>
      {isOn.value && (
        <p class="hint" id="twin-lean-said" role="status">
          {leanText(lean, state)}
        </p>
      )}
    </div>
  );
}

/** The building's own model behind its sensors. */
export function BackdropChoice({ isOn, state }: { isOn: Signal<boolean>; state: BackdropState }) {
  if (state === 'failed')
    return (
      <p class="hint" id="twin-backdrop-said" role="status">
        {tell('backdropFailed')}
      </p>
    );
  return (
    <div class="twin-lean">
      <button
        type="button"
        id="twin-backdrop"
        aria-pressed={isOn.value}
        aria-busy={state === 'loading'}
        onClick={() => {
          isOn.value = !isOn.value;
        }}
      >
        {tell('backdrop')}
      </button>
      {state === 'loading' && <p class="hint">{tell('backdropLoading')}</p>}
    </div>
  );
}

/** How far what movement is measured from has come. */
export type LeanState = 'there' | NotThere['state'];

/** Nobody knowing is not the same as nothing moving. */
function leanText({ factor, known, all, size, since }: Lean, state: LeanState): string {
  if (state === 'loading') return tell('leanLoading');
  if (state !== 'there') return tell('leanFailed');
  if (known === 0 || since === null) return tell('leanUnknown', { all });
  const time = momentText(since, zone.value, language.value);
  if (factor === null) return tell('leanStill', { known, all, time });
  return tell('leanFactor', { factor, known, all, time, size: valueText(size * 1000, language.value) });
}
