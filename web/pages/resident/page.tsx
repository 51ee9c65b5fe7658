import type { BuildingItem } from '../../../contract/http/live.ts';
import { askEvery } from '../../gateway/api.ts';
import { useResource } from '../../gateway/resource.ts';
import { failedText } from '../../text/problems.ts';
import { language, say, title } from '../../ui/language.ts';

const retryMs = 15_000;

/**
 * What a resident sees: of which building the account is, and that nothing of the building's state is told here. No word
 * of it may be read as “all is well”: nobody judges that yet.
 */
export default function ResidentPage() {
  const { now } = useResource<BuildingItem[]>('buildings', askBuildings, retryMs);
  const names = now.state === 'there' ? now.body.map(({ name }) => name[language.value]).join(', ') : '';
  const headline = names === '' ? say('account') : names;
  title.value = headline;
  return (
    <section id="resident" class="card letter">
      <h1 id="resident-title">{headline}</h1>
      <div aria-live="polite">
        {linesOf(now, names).map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
    </section>
  );
}

const askBuildings = () => askEvery<BuildingItem>('/api/v1/buildings');

function linesOf(now: ReturnType<typeof useResource<BuildingItem[]>>['now'], names: string): string[] {
  return [...leadOf(now, names), say('residentNoState')];
}

function leadOf(now: ReturnType<typeof useResource<BuildingItem[]>>['now'], names: string): string[] {
  if (now.state === 'loading') return [say('loading')];
  if (now.state !== 'there') return [now.failed === null ? say('unreachable') : failedText(now.failed, language.value)];
  if (names === '') return [say('residentNoBuilding')];
  return [say('residentAccount', { building: names }), say('residentLater')];
}
