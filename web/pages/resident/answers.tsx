import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { BuildingAlert } from '../../../contract/http/alerts.ts';
import { ask } from '../../gateway/api.ts';
import { offers } from '../../gateway/offers.ts';
import { residentWords } from '../../text/resident.ts';
import { speaker } from '../../ui/language.ts';

const tell = speaker(residentWords);
const answerPath = '/api/v1/alerts/{alert}/answer';
const sosPath = '/api/v1/sos';

type Said = { readonly key: 'answered' | 'sosSent' | 'notSent'; readonly answer: string };

/** Safe, or in need of help. Nothing is offered that the gateway would not take: in an emergency no button may be dead. */
export function Answers({ alert }: { alert: BuildingAlert }) {
  const has = useSignal<{ answer: boolean; sos: boolean } | null>(null);
  const said = useSignal<Said | null>(null);

  useEffect(() => {
    void Promise.all([offers(answerPath), offers(sosPath)]).then(([answer, sos]) => {
      has.value = { answer: answer === true, sos: sos === true };
    });
  }, []);

  async function answer(what: 'safe' | 'need-help'): Promise<void> {
    const path = `/api/v1/alerts/${encodeURIComponent(alert.alert)}/answer?site=${alert.site}`;
    const sent = await ask<unknown>('PUT', path, { answer: what });
    said.value = { key: sent.ok ? 'answered' : 'notSent', answer: tell(what === 'safe' ? 'safe' : 'needHelp') };
  }

  async function callForHelp(): Promise<void> {
    const sent = await ask<unknown>('POST', sosPath, { site: alert.site, building: alert.building });
    said.value = { key: sent.ok ? 'sosSent' : 'notSent', answer: '' };
  }

  if (has.value === null) return null;
  if (!has.value.answer && !has.value.sos) return <p class="hint">{tell('answersNotOffered')}</p>;
  return (
    <div class="answers">
      {has.value.answer && (
        <>
          <button type="button" data-do="safe" onClick={() => void answer('safe')}>
            {tell('safe')}
          </button>
          <button type="button" data-do="need-help" onClick={() => void answer('need-help')}>
            {tell('needHelp')}
          </button>
        </>
      )}
      {has.value.sos && (
        <button type="button" data-do="sos" onClick={() => void callForHelp()}>
          {tell('sos')}
        </button>
      )}
      <p role="alert">{said.value === null ? '' : tell(said.value.key, { answer: said.value.answer })}</p>
    </div>
  );
}
