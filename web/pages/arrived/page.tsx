import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Failed, isRefused } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import { myNoticesWords } from '../../text/my-notices.ts';
import { failedText } from '../../text/problems.ts';
import { language, speaker, title } from '../../ui/language.ts';

const tell = speaker(myNoticesWords);

type State = 'asking' | 'sending' | 'done' | 'forged' | Failed;

/**
 * Opened by the link of a test: says with the token in the fragment that it arrived, without signing in. A person says so by
 * the button; scanners of mails open links as well, and an address that only they have seen has reached nobody.
 */
export default function ArrivedPage() {
  const state = useSignal<State>('asking');
  const token = useRef('');
  title.value = tell('arrivedAsk');

  /** The token leaves the address before anything else happens. */
  function takeUp(): void {
    const found = location.hash.slice(1);
    if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
    if (found === '' && token.current !== '') return;
    token.current = found;
    state.value = found === '' ? 'forged' : 'asking';
  }

  async function say(): Promise<void> {
    const asked = token.current;
    state.value = 'sending';
    const sent = await ask('POST', '/api/v1/receipts', { token: asked, receipt: 'answered' });
    if (asked !== token.current) return;
    if (sent.ok || isRefused(sent, 'receipt-used')) state.value = 'done';
    else if (isRefused(sent, 'receipt-forged', 'invalid-request')) state.value = 'forged';
    else state.value = sent;
  }

  useEffect(() => {
    takeUp();
    addEventListener('hashchange', takeUp);
    return () => removeEventListener('hashchange', takeUp);
  }, []);

  const now = state.value;
  if (now === 'asking')
    return (
      <Card words={tell('arrivedAsk')} more={tell('tapAsk')}>
        <Say words={tell('yes')} onSay={say} />
      </Card>
    );
  if (now === 'sending') return <Card words={tell('tapWait')} />;
  if (now === 'done') return <Card words={tell('tapDone')} more={tell('tapDoneHelp')} />;
  if (now === 'forged') return <Card words={tell('tapFailed')} more={tell('tapForged')} />;
  return (
    <Card words={tell('tapFailed')} more={failedText(now, language.value)}>
      <Say words={tell('tapRetry')} onSay={say} />
    </Card>
  );
}

function Say({ words, onSay }: { words: string; onSay(): Promise<void> }) {
  return (
    <button type="button" class="main" onClick={() => void onSay()}>
      {words}
    </button>
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
