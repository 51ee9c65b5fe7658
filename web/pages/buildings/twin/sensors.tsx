import { type Signal, useComputed } from '@preact/signals';
import { levelNames } from '../../../../contract/words/hazards.ts';
import { levels, levelTones, type Tone } from '../../../text/tones.ts';
import { twinWords } from '../../../text/twin.ts';
import { pick, speaker } from '../../../ui/language.ts';
import { addressHere, go, route } from '../../../ui/router.ts';
import { StateMark } from '../../../ui/state-mark.tsx';
import type { StoreyView } from '../view.ts';
import type { Mark, SceneView } from './view.ts';

const tell = speaker(twinWords);

/** Every sensor as words, for keys and screen readers: what has the focus is ringed in the drawing. */
export function Sensors(of: { view: SceneView; storeys: readonly StoreyView[]; pointed: Signal<string | null> }) {
  const { view, storeys, pointed } = of;
  return (
    <div class="twin-sensors">
      <p class="hint">
        {tell('sensors', { count: view.marks.length })}
        {view.unplaced > 0 && ` · ${tell('unplaced', { count: view.unplaced })}`}
      </p>
      {storeys.map((storey) => {
        const own = view.marks.filter((mark) => mark.storey === storey.id);
        if (own.length === 0) return null;
        return (
          <div key={storey.id}>
            <h3>{storey.name}</h3>
            <ul>
              {own.map((mark) => (
                <SensorLine key={mark.key} mark={mark} pointed={pointed} />
              ))}
            </ul>
          </div>
        );
      })}
    </div>
  );
}

function SensorLine({ mark, pointed }: { mark: Mark; pointed: Signal<string | null> }) {
  // Else each of hundreds would be drawn again for one.
  const isPointed = useComputed(() => pointed.value === mark.key);
  const point = (key: string | null) => () => {
    pointed.value = key;
  };
  return (
    <li>
      <a
        href={hrefOf(mark)}
        data-place={mark.key}
        data-tone={mark.tone}
        data-pointed={isPointed.value || undefined}
        aria-current={mark.point !== null && route.value.query.get('point') === mark.point ? 'true' : undefined}
        onFocus={point(mark.key)}
        onBlur={point(null)}
        onMouseEnter={point(mark.key)}
        onMouseLeave={point(null)}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
          // The drawing stays where it is under the hand that chose in it.
          event.preventDefault();
          go(hrefOf(mark), 'replace');
        }}
      >
        <StateMark tone={mark.tone}>{mark.name}</StateMark>
        {toneWord(mark.tone) !== '' && <span class="hint">{toneWord(mark.tone)}</span>}
        <span class="number">{mark.figure}</span>
      </a>
    </li>
  );
}

/** That all is well is said by nobody: a figure is shown, and no word with it. */
function toneWord(tone: Tone): string {
  if (tone === 'unknown') return tell('unknown');
  const level = levels.find((each) => levelTones[each] === tone);
  return level === undefined ? '' : pick(levelNames[level]);
}

/** The panel that its mark opens in the plan, and the plan of its storey. */
export function hrefOf({ storey, point }: Mark): string {
  return addressHere({ storey, point });
}
