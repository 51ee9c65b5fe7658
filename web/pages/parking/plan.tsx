import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { LotItem, SpaceItem } from '../../gateway/items.ts';
import { linkState, modelFor } from '../../gateway/live.ts';
import { spaceKey } from '../../gateway/model.ts';
import { parkingWords, spaceStateWords, typeSigns } from '../../text/parking.ts';
import { pick, speaker } from '../../ui/language.ts';
import { addressHere } from '../../ui/router.ts';
import { typeText } from './lot-tile.tsx';
import { type Placed, planOf, stateSeen } from './view.ts';

const tell = speaker(parkingWords);
const states = ['free', 'occupied', 'unknown', 'closed'] as const;

/** The lot from above, north up, one link a space. Wider than the screen it scrolls in its own frame. */
export function LotPlan(of: { lot: LotItem; spaces: readonly SpaceItem[]; chosen: string | null }) {
  const { lot, spaces, chosen } = of;
  const plan = planOf(lot, spaces);
  return (
    <div class="plan-frame">
      <Legend />
      {plan.kind === 'grid' && <p class="hint">{tell('noPlan')}</p>}
      <section class="plan-scroll" aria-label={tell('plan')}>
        {/* biome-ignore lint/a11y/noSvgWithoutTitle: the section around it has its name; a title would cover every space */}
        <svg class="plan" viewBox={`0 0 ${plan.width} ${plan.depth}`} style={{ '--metres': String(plan.width) }}>
          <Patterns />
          <rect class="ground" width={plan.width} height={plan.depth} rx="0.4" />
          {plan.places.map((place) => (
            <SpaceShape
              {...{ x: place.x, y: place.y, turn: place.turn, width: place.width, length: place.length }}
              key={place.space.space}
              of={spaceKey(place.space)}
              isChosen={place.space.space === chosen}
            />
          ))}
        </svg>
      </section>
    </div>
  );
}

/**
 * Its state and its name to a screen reader follow its own space as attributes: a change writes those two, and the picture is painted
 * again where the space stands, without a layout. Lightness, filling and sign tell the states apart, colour only helps.
 */
function SpaceShape({
  of,
  isChosen,
  x,
  y,
  turn,
  width,
  length,
}: Omit<Placed, 'space'> & { of: string; isChosen: boolean }) {
  const { space, type, state, label } = useMemo(() => seenOf(of), [of]);
  const [left, top] = [-width / 2, -length / 2];
  const sign = typeSigns[type.value ?? ''];
  if (type.value === undefined) return null;
  return (
    <a
      href={addressHere({ space })}
      class="space"
      data-space={state}
      data-id={space}
      aria-current={isChosen ? 'true' : undefined}
      aria-label={label}
    >
      <g transform={`translate(${x} ${y}) rotate(${turn})`}>
        <rect class="bay" x={left} y={top} width={width} height={length} />
        <rect class="car" x={left + 0.35} y={top + 0.45} width={width - 0.7} height={length - 0.9} rx="0.6" />
        <path
          class="cross"
          d={`M${left + 0.2} ${top + 0.2} L${-left - 0.2} ${-top - 0.2} M${-left - 0.2} ${top + 0.2} L${left + 0.2} ${-top - 0.2}`}
        />
      </g>
      <text class="label" x={x} y={y - 0.1}>
        {shortOf(space)}
      </text>
      {sign !== undefined && (
        <text class="type" x={x} y={y + 1.2}>
          {sign}
        </text>
      )}
    </a>
  );
}

/** What is to be seen of a space, each part told only when it has become another. */
function seenOf(of: string) {
  const item = computed(() => {
    const { spaces } = modelFor(`space:${of}`);
    return spaces.state === 'there' ? spaces.items.get(of) : undefined;
  });
  const space = of.slice(of.lastIndexOf('/') + 1);
  const type = computed(() => item.value?.type);
  const state = computed(() => (item.value === undefined ? undefined : stateSeen(item.value, linkState.value)));
  const label = computed(() => {
    if (item.value === undefined || state.value === undefined) return undefined;
    const { name } = item.value;
    const kind = item.value.type;
    return `${shortOf(space)}${typeSigns[kind] ?? ''} · ${name ? pick(name) : space} · ${typeText(kind)} · ${pick(spaceStateWords[state.value])}`;
  });
  return { space, type, state, label };
}

/** What is written on the ground of a space. */
const shortOf = (space: string): string => space.replace(/^[a-z]+-?0?/, '');

/** Hatching for what nobody knows. */
function Patterns() {
  return (
    <defs>
      <pattern id="hatch" width="0.5" height="0.5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="between" width="0.5" height="0.5" />
        <rect class="stripe" width="0.2" height="0.5" />
      </pattern>
    </defs>
  );
}

function Legend() {
  return (
    <ul class="legend" aria-label={tell('legend')}>
      {states.map((state) => (
        <li key={state}>
          <span class="space-mark" data-space={state} aria-hidden="true" /> {pick(spaceStateWords[state])}
        </li>
      ))}
    </ul>
  );
}
