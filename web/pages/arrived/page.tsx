import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Failed, isRefused } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import { myNoticesWords } from '../../text/my-notices.ts';
import { failedText } from '../../text/problems.ts';
import { language, speaker, title } from '../../ui/language.ts';

const tell = speaker(myNoticesWords);

type State = 'waiting' | 'done' | 'forged' | Failed;

/** Opened by the link of a test: says with the token in the fragment that it arrived, without signing in. */
export default function ArrivedPage() {
  const state = useSignal<State>('waiting');
  const token = useRef('');
  title.value = tell('arrivedAsk');

  async function say(): Promise<void> {
    state.value = 'waiting';
    const body = { token: token.current, receipt: 'answered' };
    const sent = await ask('POST', '/api/v1/receipts', body);
    if (sent.ok || isRefused(sent, 'receipt-used')) state.value = 'done';
    else if (isRefused(sent, 'receipt-forged', 'invalid-request')) state.value = 'forged';
    else state.value = sent;
  }

  useEffect(() => {
    token.current = location.hash.slice(1);
    if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
    void say();
  }, []);

  const now = state.value;
  if (now === 'waiting') return <Card words={tell('tapWait')} />;
  if (now === 'done') return <Card words={tell('tapDone')} more={tell('tapDoneHelp')} />;
  if (now === 'forged') return <Card words={tell('tapFailed')} more={tell('tapForged')} />;
  return (
    <Card words={tell('tapFailed')} more={failedText(now, language.value)}>
      <button type="button" class="main" onClick={() => void say()}>
        {tell('tapRetry')}
      </button>
    </Card>
  );
}

function Card({ words, more, children }: { words: string; more?: string; children?: ComponentChildren }) {
  return (
    <section class="card letter" id="arrived" role="status">
      <h1>{words}</h1>
      {more !== undefined && <p>{more}</p>}
      {children}
    </section>
  );
}
