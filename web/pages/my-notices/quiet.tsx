import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { QuietHours } from '../../../contract/http/notices.ts';
import type { Answer } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import { useResource } from '../../gateway/resource.ts';
import { myNoticesWords } from '../../text/my-notices.ts';
import { failedText } from '../../text/problems.ts';
import { language, speaker } from '../../ui/language.ts';

const tell = speaker(myNoticesWords);
const path = '/api/v1/contacts/quiet-hours';
const usual = { from: '22:00', to: '07:00' };

/** Hours at which one wants to hear nothing that can wait. */
export function Quiet() {
  const kept = useResource<QuietHours>('quiet', () => ask<QuietHours>('GET', path), 600_000);
  const hours = useSignal<QuietHours['hours']>(null);
  const answered = useSignal<Answer<unknown> | null>(null);
  const { now } = kept;
  const loaded = now.state === 'there' ? now.body.hours : null;

  useEffect(() => {
    hours.value = loaded;
  }, [loaded?.from, loaded?.to]);

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const sent = await ask<QuietHours>('PUT', path, { hours: hours.value });
    answered.value = sent;
    if (sent.ok) await kept.refresh();
  }

  if (now.state !== 'there') return null;
  const { value } = hours;
  return (
    <form class="card quiet-hours" onSubmit={(event) => void save(event)}>
      <h2>{tell('quietTitle')}</h2>
      <p class="hint">{tell('quietHint')}</p>
      <label class="check">
        <input
          type="checkbox"
          checked={value !== null}
          onChange={(event) => {
            hours.value = event.currentTarget.checked ? usual : null;
          }}
        />
        {tell('quietOn')}
      </label>
      {value !== null && (
        <span class="add-line">
          {(['from', 'to'] as const).map((key) => (
            <label key={key}>
              {tell(key)}
              <input
                type="time"
                required
                value={value[key]}
                onInput={(event) => {
                  hours.value = { ...value, [key]: event.currentTarget.value };
                }}
              />
            </label>
          ))}
        </span>
      )}
      <button type="submit">{tell('save')}</button>
      <p role="status">{answered.value === null ? '' : saidOf(answered.value)}</p>
    </form>
  );
}

function saidOf(answer: Answer<unknown>): string {
  return answer.ok ? tell('saved') : failedText(answer, language.value);
}
