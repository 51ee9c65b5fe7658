import type { BuildingItem } from '../../../contract/http/live.ts';
import { levelNames } from '../../../contract/words/hazards.ts';
import { linkState, modelFor } from '../../gateway/live.ts';
import { itemsOf } from '../../gateway/offered.ts';
import { overviewWords } from '../../text/overview.ts';
import { levelTones } from '../../text/tones.ts';
import { language, pick, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { address } from '../../ui/router.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { barOf } from '../alerts/view.ts';

const tell = speaker(overviewWords);

/** A building and the worst of its open alerts. */
export function BuildingTile({ building, under }: { building: BuildingItem; under: 'h1' | 'h2' }) {
  const Heading = under === 'h1' ? 'h2' : 'h3';
  return (
    <article class="tile" data-building={building.building}>
      <Heading class="tile-title">
        <a href={address(`/buildings/${building.building}`)}>{building.name[language.value]}</a>
      </Heading>
      <BuildingState of={building} />
    </article>
  );
}

/** That none is open is said only where alerts are judged and heard. */
export function BuildingState({ of }: { of: Pick<BuildingItem, 'site' | 'building'> }) {
  const { alerts } = modelFor('alerts');
  if (alerts.state !== 'there') return <NotThere state={alerts.state} />;
  if (linkState.value === 'lost') return <NotThere state="failed" />;
  const bar = barOf(itemsOf(alerts).filter(({ site, building }) => site === of.site && building === of.building));
  const [top] = bar.counts;
  if (top === undefined) return <p class="quiet">{tell('noAlerts')}</p>;
  return (
    <p class="building-state">
      <StateMark tone={levelTones[top.level]} look="badge">
        {pick(levelNames[top.level])} {top.count}
      </StateMark>
      <a class="alone" href={address('/alerts', { building: of.building })}>
        {tell('open', { count: bar.open })}
        {bar.unacknowledged > 0 && ` · ${tell('unacknowledged', { count: bar.unacknowledged })}`}
      </a>
    </p>
  );
}
