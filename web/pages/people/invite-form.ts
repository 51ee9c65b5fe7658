import type { InvitationMade } from '../../../contract/http/people.ts';
import { type Language, text } from '../../text/text.ts';
import { make, type Part, setHidden } from '../../ui/dom.ts';
import { Form, type Outcome } from '../../ui/form.ts';
import type { Desk } from './context.ts';
import { buildingChoice, lifeField, reasonField, roleField } from './fields.ts';
import { madeInvitation } from './new-invitation.ts';
import { isOfBuildings, type Role, refText, roleText } from './roles.ts';

const weekHours = 168;

/** Makes an invitation: what it makes, of which building, for how many, for how long. */
export class InviteForm implements Part<Language> {
  readonly node = make('div', { class: 'invite' });
  readonly #desk: Desk;
  readonly #form = new Form({ id: 'invite', submit: 'makeLink', send: () => this.#send() });
  readonly #role: () => Role;
  readonly #building: HTMLSelectElement;
  readonly #uses = make('input', {
    id: 'uses',
    type: 'number',
    inputmode: 'numeric',
    min: '1',
    max: '500',
    value: '1',
  });
  readonly #hours: () => number;
  readonly #reason: () => { reason?: string };
  #made: Part<Language> | null = null;
  #language: Language = 'ko';

  constructor(desk: Desk) {
    this.#desk = desk;
    const form = this.#form;
    this.#building = buildingChoice(form, 'invite-building', desk.places);
    const building = make('div');
    const uses = make('div');
    this.#role = this.#roleField((role) => {
      setHidden(building, !isOfBuildings(role));
      setHidden(uses, role !== 'resident');
    });
    building.append(form.field(this.#building, { label: 'building', blame: /^(role|building)\b/ }));
    if (desk.places.buildings.length === 0)
      building.append(form.labels.say(make('p', { class: 'hint' }), 'noBuildings'));
    uses.append(form.field(this.#uses, { label: 'uses', hint: 'usesHint' }));
    form.add(building, uses);
    this.#hours = lifeField(form, 'invite-hours', weekHours);
    this.#reason = reasonField(form, 'invite-reason');
    this.node.append(form.node);
  }

  show(language: Language): void {
    this.#language = language;
    this.#form.show(language);
    this.#made?.show(language);
  }

  /** A manager invites residents and nobody else, so there is nothing to choose. */
  #roleField(onChoice: (role: Role) => void): () => Role {
    const form = this.#form;
    if (this.#desk.me.role === 'admin') return roleField(form, 'invite-role', { chosen: 'resident', onChoice });
    const label = form.labels.say(make('span', { class: 'name' }), 'role');
    const role = form.labels.say(make('span'), (language) => roleText('resident', language));
    form.add(make('p', { class: 'field' }, [label, role]));
    return () => 'resident';
  }

  async #send(): Promise<Outcome> {
    const role = this.#role();
    const building = this.#desk.places.buildings.find((item) => refText(item) === this.#building.value);
    if (isOfBuildings(role) && building === undefined) {
      return { say: (language) => text(language, 'noBuildings'), at: this.#building };
    }
    const uses = role === 'resident' ? Number(this.#uses.value) : 1;
    if (!(Number.isInteger(uses) && uses >= 1 && uses <= 500)) {
      return { say: (language) => text(language, 'usesWrong'), at: this.#uses };
    }
    const ref =
      isOfBuildings(role) && building !== undefined ? { site: building.site, building: building.building } : null;
    const body = { offer: { for: 'join', role, building: ref }, uses, hours: this.#hours(), ...this.#reason() };
    const answer = await this.#desk.ask<InvitationMade>('POST', '/api/v1/invitations', body);
    if (!answer.ok) return answer;
    this.#showMade(answer.body);
    this.#desk.changed(null);
    return null;
  }

  #showMade(made: InvitationMade): void {
    this.#close();
    this.#made = madeInvitation(made, this.#desk.places, () => this.#close());
    this.#made.show(this.#language);
    this.node.append(this.#made.node);
    this.#made.node.focus();
  }

  #close(): void {
    this.#made?.node.remove();
    this.#made = null;
  }
}
