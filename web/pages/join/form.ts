import type { InvitationSeen } from '../../../contract/http/people.ts';
import { type Answer, isGone } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import { momentText } from '../../text/format.ts';
import { type Language, text } from '../../text/text.ts';
import { make } from '../../ui/dom.ts';
import { Form, type Outcome, userInput } from '../../ui/form.ts';
import { type Offer, offerText, readerZone } from '../people/roles.ts';

export type JoinFormOptions = {
  readonly seen: InvitationSeen;
  readonly code: string;
  /** The invitation went meanwhile. */
  onGone(): void;
  /** Taken up; signed in as well, unless that alone did not work. */
  onDone(signedIn: 'signed-in' | 'not-signed-in'): void;
};

const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Takes up one invitation: what it is for, the rules before anything is typed, then a name and a password. */
export class JoinForm {
  readonly node: HTMLElement;
  readonly #options: JoinFormOptions;
  readonly #form: Form;
  readonly #user = userInput('join-user');
  readonly #password: HTMLInputElement;
  /** It was sent and no answer came: it may have been taken up all the same. */
  #isDoubtful = false;

  constructor(options: JoinFormOptions) {
    this.#options = options;
    const { offer } = options.seen;
    const submit = offer.for === 'join' ? 'joinSend' : 'joinPasswordSend';
    this.#form = new Form({ id: 'join', submit, send: () => this.#send() });
    this.node = this.#form.node;
    this.node.classList.add('card', 'narrow');
    this.#addWords();
    if (offer.for === 'join') this.#addUser();
    else this.#form.add(make('input', { type: 'text', autocomplete: 'username', value: offer.person, hidden: '' }));
    this.#password = this.#form.password('join-password', 'new-password', {
      label: offer.for === 'join' ? 'password' : 'newPassword',
      hint: 'passwordRule',
      blame: /^password of /,
    });
  }

  show(language: Language): void {
    this.#form.show(language);
  }

  #addWords(): void {
    const { offer, buildingName, expires } = this.#options.seen;
    const { labels } = this.#form;
    this.#form.add(
      labels.say(make('h1', { id: 'join-title', tabindex: '-1' }), (language) =>
        titleText(offer, buildingName, language),
      ),
    );
    if (offer.for === 'password') {
      this.#form.add(labels.say(make('p'), (language) => text(language, 'joinPasswordFor', { person: offer.person })));
    }
    const until = (language: Language) => momentText(Date.parse(expires), readerZone(), language);
    this.#form.add(
      labels.say(make('p', { id: 'join-until' }), (language) => text(language, 'joinUntil', { time: until(language) })),
    );
  }

  #addUser(): void {
    this.#form.field(this.#user, { label: 'joinName', hint: 'nameRule', blame: /^user name / });
    // Phones begin a word with a capital; nobody means it.
    this.#user.addEventListener('change', () => {
      this.#user.value = this.#user.value.trim().toLowerCase();
    });
  }

  async #send(): Promise<Outcome> {
    const { offer } = this.#options.seen;
    const [user, password] = [this.#user.value, this.#password.value];
    if (offer.for === 'join' && user === '')
      return { say: (language) => text(language, 'nameMissing'), at: this.#user };
    if (offer.for === 'join' && !namePattern.test(user)) {
      return { say: (language) => text(language, 'nameRule'), at: this.#user };
    }
    if (password === '') return { say: (language) => text(language, 'passwordMissing'), at: this.#password };
    const body = { code: this.#options.code, password, ...(offer.for === 'join' ? { user } : {}) };
    const answer = await ask<{ name: string }>('POST', '/api/v1/invitations/accept', body);
    const name = offer.for === 'join' ? user : offer.person;
    return this.#conclude(answer, { user: name, password });
  }

  async #conclude(answer: Answer<{ name: string }>, own: { user: string; password: string }): Promise<Outcome> {
    if (answer.ok || this.#isDoubtful) {
      const signedIn = await ask('POST', '/api/v1/session', own);
      if (signedIn.ok) return this.#done('signed-in');
      if (answer.ok) return this.#done('not-signed-in');
    }
    if (answer.why === 'unreachable') this.#isDoubtful = true;
    if (!isGone(answer)) return answer;
    this.#options.onGone();
    return null;
  }

  #done(how: 'signed-in' | 'not-signed-in'): null {
    this.#password.value = '';
    this.#options.onDone(how);
    return null;
  }
}

function titleText(offer: Offer, buildingName: InvitationSeen['buildingName'], language: Language): string {
  return offer.for === 'password' ? text(language, 'joinPassword') : offerText(offer, buildingName, language);
}
