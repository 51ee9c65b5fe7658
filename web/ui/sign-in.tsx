import { useEffect } from 'preact/hooks';
import { signIn } from '../gateway/session.ts';
import type { Key } from '../text/text.ts';
import { Form, type FormValues, type Outcome, PasswordField, TextField, userInput } from './form.tsx';
import { say } from './language.ts';

/** Asks for name and password; `why` is what ended the session before. */
export function SignIn({ why }: { why: Key | null }) {
  useEffect(() => document.getElementById('user')?.focus(), []);
  return (
    <Form
      id="sign-in"
      look="card narrow"
      submit={say('signIn')}
      send={send}
      first={why === null ? undefined : () => say(why)}
    >
      <h1 id="sign-in-title">{say('signIn')}</h1>
      <TextField id="user" label={say('user')} {...userInput} />
      <PasswordField id="password" label={say('password')} autocomplete="current-password" />
    </Form>
  );
}

async function send(values: FormValues): Promise<Outcome> {
  const [user, password] = [values.text('user'), values.text('password')];
  if (user === '') return { say: () => say('nameMissing'), at: 'user' };
  if (password === '') return { say: () => say('passwordMissing'), at: 'password' };
  const answer = await signIn(user, password);
  if (answer.ok) return null;
  // One text for a wrong name and a wrong password: neither is to be found out by trying.
  if (answer.why === 'refused' && answer.status < 500) return { say: () => say('signInWrong'), at: 'password' };
  return answer;
}
