import type { ComponentChildren } from 'preact';
import type { CommandItem } from '../../../contract/http/commands.ts';
import { commandText } from '../../../contract/words/commands.ts';
import { ask } from '../../gateway/api.ts';
import { useResource } from '../../gateway/resource.ts';
import { personNow } from '../../gateway/session.ts';
import { deviceWords } from '../../text/devices.ts';
import { pointText, valueText } from '../../text/format.ts';
import type { Tone } from '../../text/tones.ts';
import { language, pick, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { At } from '../../ui/time.tsx';

const tell = speaker(deviceWords);
const refreshMs = 10_000;
const shown = 10;
/** As the gateway's table of rights has it; others are not even asked for. */
const mayRead = ['operator', 'manager', 'admin'];

/** What was written to a device, and what it said then. The newest first. */
export function Commands({ site, device }: { site: string; device: string }) {
  const role = personNow()?.role ?? '';
  const { now } = useResource<{ items: CommandItem[] }>(
    mayRead.includes(role) ? `commands ${site} ${device}` : null,
    () => ask<{ items: CommandItem[] }>('GET', `/api/v1/commands?device=${device}`),
    refreshMs,
  );
  if (!mayRead.includes(role) || now.state === 'forbidden') return <Card hint={tell('commandsHidden')} />;
  if (now.state !== 'there') {
    return (
      <Card>
        <NotThere state={now.state} />
      </Card>
    );
  }
  const own = now.body.items.filter((item) => item.site === site);
  if (own.length === 0) return <Card hint={tell('noCommands')} />;
  return (
    <Card>
      <ul class="rows">
        {own.slice(0, shown).map((item) => (
          <Command key={item.id} of={item} />
        ))}
      </ul>
    </Card>
  );
}

function Command({ of }: { of: CommandItem }) {
  const { point, value, state, by, at, reason, readBack, why } = of;
  const name = point.slice(point.indexOf('/') + 1);
  return (
    <li class="command">
      <At at={at} /> <strong>{pointText(name, language.value)}</strong> → {valueText(value, language.value, name)}{' '}
      <StateMark tone={toneOf(state)}>{tell(`state-${state}`)}</StateMark>{' '}
      <span class="hint">
        {[
          by,
          readBack === null ? '' : tell('readBack', { value: valueText(readBack, language.value, name) }),
          reason === null ? '' : pick(commandText(reason)),
          reason === null ? (why ?? '') : '',
        ]
          .filter((part) => part !== '')
          .join(' · ')}
      </span>
    </li>
  );
}

/** Whether one that was sent was carried out is not known yet. */
function toneOf(state: CommandItem['state']): Tone {
  if (state === 'done') return 'normal';
  return state === 'sent' ? 'unknown' : 'caution';
}

function Card({ hint, children }: { hint?: string; children?: ComponentChildren }) {
  return (
    <section class="card" aria-labelledby="commands-title">
      <h2 id="commands-title">{tell('commands')}</h2>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {children}
    </section>
  );
}
