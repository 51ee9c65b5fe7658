import { useEffect, useRef } from 'preact/hooks';
import type { InvitationSeen } from '../../../contract/http/people.ts';
import { type Answer, aboutName, aboutPassword, type Failed, isRefused } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import { momentText } from '../../text/format.ts';
import { joinPageWords } from '../../text/join.ts';
import { Form, type FormValues, type Outcome, PasswordField, TextField, userInput } from '../../ui/form.tsx';
import { language, say, speaker } from '../../ui/language.ts';
import { offerText, readerZone } from '../people/roles.ts';

export type JoinFormProps = {
  readonly seen: InvitationSeen;
  readonly code: string;
  /** The invitation went meanwhile. */
  onGone(): void;
  /** Taken up; signed in as well, unless that alone did not work. */
  onDone(signedIn: 'signed-in' | 'not-signed-in'): void;
};

const tell = speaker(joinPageWords);

const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Takes up one invitation: what it is for, the rules before anything is typed, then a name and a password. */
export function JoinForm({ seen, code, onGone, onDone }: JoinFormProps) {
  const { offer } = seen;
  const isJoining = offer.for === 'join';
  /** It was sent and no answer came: it may have been taken up all the same. */
  const isDoubtful = useRef(false);
  useEffect(() => document.getElementById('join-title')?.focus(), []);

  async function send(values: FormValues): Promise<Outcome> {
    const [typed, password] = [values.text('user'), values.text('join-password')];
    if (isJoining && typed === '') return { say: () => say('nameMissing'), at: 'join-user' };
    if (isJoining && !namePattern.test(typed)) return { say: () => tell('nameRule'), at: 'join-user' };
    if (password === '') return { say: () => say('passwordMissing'), at: 'join-password' };
    const body = { code, password, ...(isJoining && { user: typed }) };
    const answer = await ask<{ name: string }>('POST', '/api/v1/invitations/accept', body);
    return conclude(answer, { user: offer.for === 'join' ? typed : offer.person, password });
  }

  async function conclude(answer: Answer<{ name: string }>, own: { user: string; password: string }): Promise<Outcome> {
    if (answer.ok || isDoubtful.current) {
      const signedIn = await ask('POST', '/api/v1/session', own);
      if (signedIn.ok) return finish('signed-in');
      if (answer.ok) return finish('not-signed-in');
    }
    if (answer.why === 'unreachable') isDoubtful.current = true;
    if (!isRefused(answer, 'invitation-gone')) return answer;
    onGone();
    return null;
  }

  function finish(how: 'signed-in' | 'not-signed-in'): null {
    onDone(how);
    return null;
  }

  const until = momentText(Date.parse(seen.expires), readerZone(), language.value);
  return (
    <Form
      id="join"
      look="card narrow"
      submit={tell(isJoining ? 'joinSend' : 'joinPasswordSend')}
      send={send}
      blame={fieldOf}
    >
      <h1 id="join-title" tabIndex={-1}>
        {joinTitle(seen)}
      </h1>
      {offer.for === 'password' && <p>{tell('joinPasswordFor', { person: offer.person })}</p>}
      <p id="join-until">{tell('joinUntil', { time: until })}</p>
      {offer.for === 'join' ? (
        <TextField
          id="join-user"
          name="user"
          label={tell('joinName')}
          hint={tell('nameRule')}
          {...userInput}
          onChange={fold}
        />
      ) : (
        <input type="text" autocomplete="username" value={offer.person} hidden />
      )}
      <PasswordField
        id="join-password"
        label={say(isJoining ? 'password' : 'newPassword')}
        hint={say('passwordRule')}
        autocomplete="new-password"
      />
    </Form>
  );
}

export function joinTitle({ offer, buildingName }: InvitationSeen): string {
  return offer.for === 'password' ? tell('joinPassword') : offerText(offer, buildingName, language.value);
}

/** Phones begin a word with a capital; nobody means it. */
function fold({ currentTarget }: { currentTarget: EventTarget | null }): void {
  if (currentTarget instanceof HTMLInputElement) currentTarget.value = currentTarget.value.trim().toLowerCase();
}

/** Which field a refusal is about. */
function fieldOf(failed: Failed): string | undefined {
  if (isRefused(failed, ...aboutName)) return 'join-user';
  return isRefused(failed, ...aboutPassword) ? 'join-password' : undefined;
}
