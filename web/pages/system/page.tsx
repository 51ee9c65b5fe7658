import type { Upkeep } from '../../../contract/http/upkeep.ts';
import { ask } from '../../gateway/api.ts';
import { useResource } from '../../gateway/resource.ts';
import { systemWords } from '../../text/system.ts';
import { speaker, title } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { Backups } from './backups.tsx';
import { OutputsSection } from './outputs.tsx';
import { StorageSection } from './storage.tsx';
import { UpgradeSection } from './upgrade.tsx';
import './system.css';

const tell = speaker(systemWords);
const refreshMs = 30_000;

/** The gateway itself: its copies, and what it needs of people. */
export default function SystemPage() {
  title.value = tell('title');
  const upkeep = useResource<Upkeep>('upkeep', () => ask<Upkeep>('GET', '/api/v1/upkeep'), refreshMs);
  return (
    <div id="system-page" class="system-page">
      <h1>{tell('title')}</h1>
      {upkeep.now.state === 'there' ? (
        <>
          <OutputsSection upkeep={upkeep} />
          <Backups of={upkeep.now.body} />
          <StorageSection of={upkeep.now.body} />
          <UpgradeSection of={upkeep.now.body} />
        </>
      ) : (
        <NotThere state={upkeep.now.state} />
      )}
    </div>
  );
}
