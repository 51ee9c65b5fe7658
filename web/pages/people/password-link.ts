import type { InvitationMade } from '../../../contract/http/people.ts';
import { type Language, text } from '../../text/text.ts';
import { make, type Part } from '../../ui/dom.ts';
import { Form, type Outcome } from '../../ui/form.ts';
import type { Desk } from './context.ts';
import { lifeField, reasonField } from './fields.ts';
import { madeInvitation } from './new-invitation.ts';

const dayHours = 24;

/** Makes a link by which the person sets a new password. */
export class PasswordLinkForm implements Part<Language> {
  readonly node = make('div');
  readonly #options: { desk: Desk; person: string; onClose(): void };
  readonly #form: Form;
  readonly #hours: () => number;
  readonly #reason: () => { reason?: string };
  #made: Part<Language> | null = null;
  #language: Language = 'ko';

  constructor(options: { desk: Desk; person: string; onClose(): void }) {
    this.#options = options;
    const { person, onClose } = options;
    this.#form = new Form({ id: `link-${person}`, submit: 'makePasswordLink', send: () => this.#send() });
    const ask = make('p', { class: 'ask', tabindex: '-1' });
    this.#form.add(this.#form.labels.say(ask, (language) => text(language, 'linkAsk', { person })));
    this.#hours = lifeField(this.#form, `link-hours-${person}`, dayHours);
    this.#reason = reasonField(this.#form, `link-reason-${person}`);
    this.#form.button(`link-cancel-${person}`, 'cancel', onClose);
    this.node.append(this.#form.node);
  }

  show(language: Language): void {
    this.#language = language;
    this.#form.show(language);
    this.#made?.show(language);
  }

  async #send(): Promise<Outcome> {
    const { desk, person, onClose } = this.#options;
    const body = { offer: { for: 'password', person }, hours: this.#hours(), ...this.#reason() };
    const answer = await desk.ask<InvitationMade>('POST', '/api/v1/invitations', body);
    if (!answer.ok) return answer;
    this.#made = madeInvitation(answer.body, desk.places, onClose);
    this.#made.show(this.#language);
    this.node.replaceChildren(this.#made.node);
    this.#made.node.focus();
    desk.changed(null);
    return null;
  }
}
