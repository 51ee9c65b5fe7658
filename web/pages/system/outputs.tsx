import type { Upkeep } from '../../../contract/http/upkeep.ts';
import { ask } from '../../gateway/api.ts';
import type { Resource } from '../../gateway/resource.ts';
import { personNow } from '../../gateway/session.ts';
import { systemWords } from '../../text/system.ts';
import { Form, type FormValues, type Outcome, TextField } from '../../ui/form.tsx';
import { speaker } from '../../ui/language.ts';
import { StateMark } from '../../ui/state-mark.tsx';

const tell = speaker(systemWords);
/** As the gateway's table of rights has it; the gateway asks again. */
const mayTurnOn = ['operator', 'admin'];

/** Outputs of a gateway that took another's place: off until somebody says that they have looked. Nothing otherwise. */
export function OutputsSection({ upkeep: { now, refresh } }: { upkeep: Resource<Upkeep> }) {
  if (now.state !== 'there' || now.body.outputs === 'on') return null;

  async function send(values: FormValues): Promise<Outcome> {
    if (values.text('looked') === '') return { say: () => tell('outputsNotLooked'), at: 'outputs-looked' };
    const reason = values.text('reason').trim();
    const answer = await ask('POST', '/api/v1/upkeep/outputs-on', reason === '' ? {} : { reason });
    if (!answer.ok) return answer;
    await refresh();
    return null;
  }

  return (
    <section class="card" id="outputs" aria-labelledby="outputs-title">
      <h2 id="outputs-title">{tell('outputsTitle')}</h2>
      <p>
        <StateMark tone="warning">{tell('outputsOff')}</StateMark> {tell('outputsWhy')}
      </p>
      {mayTurnOn.includes(personNow()?.role ?? '') ? (
        <Form id="outputs-on" submit={tell('outputsOn')} send={send}>
          <label class="check">
            <input type="checkbox" id="outputs-looked" name="looked" /> {tell('outputsLooked')}
          </label>
          <TextField id="outputs-reason" name="reason" label={tell('outputsNote')} maxLength={500} />
        </Form>
      ) : (
        <p class="hint">{tell('outputsMayNot')}</p>
      )}
    </section>
  );
}
