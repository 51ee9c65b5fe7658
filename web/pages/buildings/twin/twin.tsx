import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { BuildingDetail } from '../../../../contract/http/live.ts';
import { second } from '../../../gateway/live.ts';
import type { Model } from '../../../gateway/model.ts';
import { useResource } from '../../../gateway/resource.ts';
import { buildingWords } from '../../../text/buildings.ts';
import { twinWords } from '../../../text/twin.ts';
import { language, speaker } from '../../../ui/language.ts';
import { rangeNow } from '../../../ui/range.tsx';
import { go, route } from '../../../ui/router.ts';
import type { Seen } from '../../live/view.ts';
import { type StoreyView, storeysOf } from '../view.ts';
import { BackdropChoice, Explode, LeanChoice, Moves } from './controls.tsx';
import { standardLook } from './look.ts';
import { modelAt, type Past, pointsOf, type Reference } from './past.ts';
import { askPast, askReference } from './past-ask.ts';
import { hrefOf, Sensors } from './sensors.tsx';
import { Stage, type StageState } from './stage.tsx';
import { momentNow, TimeChoice } from './time-choice.tsx';
import './twin.css';
import type { BackdropState } from './use-backdrop.ts';
import { isGauge, sceneOf } from './view.ts';

const tell = speaker(twinWords);
const tellBuilding = speaker(buildingWords);
/** What was read then does not change; late readings may still come. */
const pastEveryMs = 10 * 60_000;

/** A building in three dimensions: what its plan shows, now or at an earlier time. */
export default function Twin(of: {
  of: BuildingDetail;
  model: Model;
  seen: Seen;
  storeys: readonly StoreyView[];
  shown: string | null;
}) {
  const { of: building, model, seen } = of;
  const [look, pointed] = [useSignal(standardLook), useSignal<string | null>(null)];
  const [explode, isLeaning] = [useSignal(0), useSignal(false)];
  const state = useSignal<StageState>('starting');
  const [isBehind, behind] = [useSignal(true), useSignal<BackdropState>('loading')];
  const at = momentNow();
  const { now: past } = useResource<Past>(
    at === null ? null : `past of ${building.site}/${building.building} ${at}`,
    () => askPast(building, pointsOf(building, model), { at: at ?? 0, isWanted: () => momentNow() === at }),
    pastEveryMs,
  );
  const body = past.state === 'there' ? past.body : null;
  const seenIn = language.value;
  // Nothing of then changes with the readings of now.
  const then = useMemo(
    () => (at === null ? null : stoodAt(building, { model, seen, at, past: body })),
    [at, body, seenIn, building],
  );
  const storeys = then?.storeys ?? of.storeys;
  const asked = useReference(building, { model, at, isWanted: isLeaning.value });
  const view = sceneOf(building, storeys, {
    model: then?.model ?? model,
    explode: explode.value,
    reference: isLeaning.value && asked.state === 'there' ? asked.body : null,
    shown: of.shown,
  });
  const choose = (key: string) => {
    const mark = view.marks.find((each) => each.key === key);
    if (mark !== undefined) go(hrefOf(mark), 'replace');
  };
  const hasShape = view.prisms.length > 0;
  const said = JSON.stringify(view.marks.map(({ at: _, ...mark }) => mark));
  // Hundreds of lines, which change seldom while the drawing moves.
  const sensors = useMemo(
    () => <Sensors view={view} storeys={storeys} pointed={pointed} />,
    [said, view.unplaced, route.value, seenIn],
  );
  return (
    <section class="card twin" aria-labelledby="twin-title" data-time={at === null ? 'now' : 'then'}>
      <h2 id="twin-title">{tell('title')}</h2>
      <TimeChoice at={at} state={at === null ? 'now' : past.state} isPartial={body?.isPartial === true} />
      {hasShape ? <Trouble state={state.value} /> : <p class="hint">{tell('noOutline')}</p>}
      <div class="twin-parts">
        {hasShape && (
          <div>
            <Stage
              {...{ view, look, pointed, state }}
              isPast={at !== null}
              // It stands as it was built: apart or leaning it would be in the way.
              backdrop={{ path: modelPath(building), isShown: isBehind.value && explode.value === 0, state: behind }}
              onChoose={choose}
            />
            {state.value === 'drawn' && (
              <div class="twin-controls">
                <Moves look={look} />
                <Explode value={explode} />
                <LeanChoice isOn={isLeaning} lean={view.lean} state={asked.state} />
                {building.hasModel && <BackdropChoice isOn={isBehind} state={behind.value} />}
              </div>
            )}
          </div>
        )}
        {sensors}
      </div>
    </section>
  );
}

function modelPath({ site, building, hasModel }: BuildingDetail): string | null {
  return hasModel ? `/api/v1/buildings/${building}/model?site=${site}` : null;
}

function stoodAt(
  of: BuildingDetail,
  { model: now, seen, at, past }: { model: Model; seen: Seen; at: number; past: Past | null },
): { model: Model; storeys: StoreyView[] } {
  const model = modelAt(now, of.site, { past, at });
  const asThen: Seen = { ...seen, link: 'live', now: at, heardAt: at, isPast: true };
  return { model, storeys: storeysOf(of, model, asThen, tellBuilding('noStorey')) };
}

/** What tilts and cracks are measured from: the first values of the range up to the moment that is shown. */
function useReference(
  { site, building, places }: BuildingDetail,
  { model, at, isWanted }: { model: Model; at: number | null; isWanted: boolean },
) {
  const { key, ms } = rangeNow('24h');
  const gauges = pointsOf({ site, places }, model).filter((point) => isGauge(point.slice(point.indexOf('/') + 1)));
  const ask = () => {
    const to = at ?? second.peek();
    return askReference(site, gauges, { from: to - ms, to, isWanted: () => momentNow() === at });
  };
  const name = `reference ${site}/${building} ${key} ${at}`;
  return useResource<Reference>(isWanted ? name : null, ask, pastEveryMs).now;
}

/** Why nothing is drawn, in words; the plan below stands as it did. */
function Trouble({ state }: { state: StageState }) {
  if (state === 'starting' || state === 'drawn') return null;
  const words = { none: 'noWebgl', lost: 'lost', failed: 'failed' } as const;
  return (
    <p class="twin-trouble" role="status">
      {tell(words[state])}
    </p>
  );
}
