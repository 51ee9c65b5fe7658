import { useSignal } from '@preact/signals';
import type { ContactItem, OwnReachTest, PushItem } from '../../../contract/http/notices.ts';
import type { Failed } from '../../gateway/answer.ts';
import { ask, askEvery } from '../../gateway/api.ts';
import { useResource } from '../../gateway/resource.ts';
import { myNoticesWords } from '../../text/my-notices.ts';
import { failedText } from '../../text/problems.ts';
import { language, speaker, title } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { route } from '../../ui/router.ts';
import { Arrived } from './arrived.tsx';
import './my-notices.css';
import { Quiet } from './quiet.tsx';
import { Where } from './where.tsx';

const tell = speaker(myNoticesWords);
const refreshMs = 10_000;

/** Two screens: where notices go, and whether a test arrived there. A test that is touched leads to the second: `?test=1`. */
export default function MyNoticesPage() {
  title.value = tell('title');
  const step = useSignal<1 | 2>(route.peek().query.has('test') ? 2 : 1);
  const failed = useSignal<Failed | null>(null);
  const contacts = useResource<ContactItem[]>('contacts', () => askEvery<ContactItem>('/api/v1/contacts'), refreshMs);
  const offered = useResource<PushItem>('offered', () => ask<PushItem>('GET', '/api/v1/push'), 60_000);

  async function sendTest(): Promise<void> {
    const sent = await ask<OwnReachTest>('POST', '/api/v1/contacts/test');
    failed.value = sent.ok ? null : sent;
    if (sent.ok) step.value = 2;
  }

  if (contacts.now.state !== 'there') return <NotThere state={contacts.now.state} />;
  if (offered.now.state !== 'there') return <NotThere state={offered.now.state} />;
  const trouble = failed.value === null ? '' : failedText(failed.value, language.value);
  return (
    <div class="my-notices" id="my-notices">
      <p class="hint">{tell('step', { step: step.value })}</p>
      {step.value === 1 ? (
        <Where offered={offered.now.body} contacts={contacts.now.body} refresh={contacts.refresh} onTest={sendTest} />
      ) : (
        <Arrived
          onAgain={sendTest}
          onBack={() => {
            step.value = 1;
            void contacts.refresh();
          }}
        />
      )}
      <p role="alert" class="reach-trouble">
        {trouble}
      </p>
      {step.value === 1 && <Quiet />}
    </div>
  );
}
