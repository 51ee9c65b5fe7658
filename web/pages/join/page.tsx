import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { InvitationSeen } from '../../../contract/http/people.ts';
import { type Failed, isRefused } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import { lookWhoIsThere } from '../../gateway/session.ts';
import { joinPageWords } from '../../text/join.ts';
import { FormError } from '../../ui/form-error.tsx';
import { speaker, title } from '../../ui/language.ts';
import { address, go } from '../../ui/router.ts';
import { JoinForm, joinTitle } from './form.tsx';

/** Takes up the invitation whose code is in the fragment: `/join#CODE`. The code is kept here and nowhere else. */

const tell = speaker(joinPageWords);
type Key = keyof typeof joinPageWords;

type State =
  | { readonly name: 'looking' | 'no-code' | 'gone' | 'done' }
  | { readonly name: 'failed'; readonly failed: Failed; readonly until: number }
  | { readonly name: 'open'; readonly seen: InvitationSeen };

export default function JoinPage() {
  const state = useSignal<State>({ name: 'looking' });
  /** Which code the page is about: an answer about another one comes too late. */
  const code = useRef('');

  useEffect(() => {
    takeUp();
    addEventListener('hashchange', takeUp);
    return () => removeEventListener('hashchange', takeUp);
  }, []);

  /** The code leaves the address before anything else happens: it is as good as a password. */
  function takeUp(): void {
    const found = location.hash.slice(1);
    if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
    if (found === '' && code.current !== '') return;
    code.current = found;
    if (found === '') state.value = { name: 'no-code' };
    else void look(found);
  }

  async function look(asked: string): Promise<void> {
    state.value = { name: 'looking' };
    const answer = await ask<InvitationSeen>('POST', '/api/v1/invitations/look', { code: asked });
    if (asked !== code.current) return;
    if (answer.ok) state.value = { name: 'open', seen: answer.body };
    else if (isRefused(answer, 'invitation-gone', 'invalid-request')) leave('gone');
    else state.value = { name: 'failed', failed: answer, until: untilOf(answer) };
  }

  function leave(name: 'gone' | 'done'): void {
    code.current = '';
    state.value = { name };
  }

  function done(how: 'signed-in' | 'not-signed-in'): void {
    leave('done');
    if (how === 'not-signed-in') return;
    void lookWhoIsThere();
    go(address('/'));
  }

  const now = state.value;
  switch (now.name) {
    case 'looking':
      return <Notice name="looking" headline="joinLooking" />;
    case 'no-code':
      return <Notice name="no-code" headline="joinNoCode" lines={['joinNoCodeHelp']} />;
    case 'gone':
      return (
        <Notice name="gone" headline="joinGone" lines={['joinGoneHelp']}>
          <SignInLink />
        </Notice>
      );
    case 'done':
      return (
        <Notice name="done" headline="joinDone" lines={['joinDoneHelp']}>
          <SignInLink />
        </Notice>
      );
    case 'failed':
      return (
        <Notice name="failed" headline="joinFailed">
          <FormError id="join-trouble" trouble={now.failed} until={now.until} onOver={() => undefined} />
          <button
            type="button"
            id="try-again"
            class="main"
            onClick={() => {
              if (now.until <= performance.now()) void look(code.current);
            }}
          >
            {tell('tryAgain')}
          </button>
        </Notice>
      );
    case 'open':
      title.value = joinTitle(now.seen);
      return <JoinForm seen={now.seen} code={code.current} onGone={() => leave('gone')} onDone={done} />;
  }
}

function untilOf(failed: Failed): number {
  return failed.why === 'busy' ? performance.now() + failed.waitS * 1000 : 0;
}

function SignInLink() {
  return (
    <a class="button" href={address('/')}>
      {tell('toSignIn')}
    </a>
  );
}

/** A card of words. The reader is taken to its headline, so that it is read out. */
function Notice(of: { name: string; headline: Key; lines?: readonly Key[]; children?: ComponentChildren }) {
  const { name, headline, lines = [], children } = of;
  title.value = tell(headline);
  useEffect(() => document.getElementById('join-title')?.focus(), [name]);
  return (
    <section class="card narrow letter" data-state={name}>
      <h1 id="join-title" tabIndex={-1}>
        {tell(headline)}
      </h1>
      {lines.map((line) => (
        <p key={line}>{tell(line)}</p>
      ))}
      {children}
    </section>
  );
}
