import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { InvitationItem, InvitationMade, PersonItem } from '../../../contract/http/people.ts';
import { Form, type FormValues, type Outcome } from '../../ui/form.tsx';
import { language, say } from '../../ui/language.ts';
import type { PeopleContext } from './context.ts';
import { BuildingBoxes, LifeField, ReasonField, RoleField, reasonOf, roleOf } from './fields.tsx';
import { NewInvitation } from './new-invitation.tsx';
import { isOfBuildings, type Role, refText, roleText } from './roles.ts';
import { tell } from './tell.ts';

/** What can be done about a person or an invitation, asked where its line stands. */

type About<T> = { readonly context: PeopleContext; readonly item: T; onClose(): void };

const dayHours = 24;

/** Asks once more before a person is removed, which cannot be undone. */
export function RemoveForm({ context, item: { name }, onClose }: About<PersonItem>) {
  async function send(values: FormValues): Promise<Outcome> {
    const { reason } = reasonOf(values);
    const why = reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`;
    const answer = await context.ask('DELETE', `/api/v1/people/${encodeURIComponent(name)}${why}`);
    if (!answer.ok) return answer;
    context.changed(() => tell('removed', { person: name }));
    return null;
  }
  const id = `remove-${name}`;
  return (
    <Panel id={id} submit={tell('removeSend', { person: name })} cancel={say('cancel')} send={send} onClose={onClose}>
      <p class="ask" id={`${id}-ask`}>
        {tell('removeAsk', { person: name })}
      </p>
      <ReasonField id={`${id}-reason`} />
    </Panel>
  );
}

/** Makes the person something else, somewhere else. */
export function RoleForm({ context, item: person, onClose }: About<PersonItem>) {
  const id = `role-${person.name}`;
  const role = useSignal<Role>(person.role);
  const { places } = context;

  async function send(values: FormValues): Promise<Outcome> {
    const next = roleOf(values.text(`${id}-choice`));
    const chosen = new Set(isOfBuildings(next) ? values.all('building') : []);
    if (isOfBuildings(next) && chosen.size === 0) {
      const [first] = places.buildings;
      const at = first === undefined ? {} : { at: `${id}-buildings-${first.site}-${first.building}` };
      return { say: () => tell('chooseBuilding'), ...at };
    }
    const buildings = places.buildings
      .filter((item) => chosen.has(refText(item)))
      .map(({ site, building }) => ({ site, building }));
    const body = { role: next, buildings, ...reasonOf(values) };
    const answer = await context.ask<PersonItem>('PUT', `/api/v1/people/${encodeURIComponent(person.name)}`, body);
    if (!answer.ok) return answer;
    onClose();
    context.changed(() =>
      tell('roleChanged', { person: person.name, role: roleText(answer.body.role, language.value) }),
    );
    return null;
  }

  return (
    <Panel id={id} submit={tell('saveRole')} cancel={say('cancel')} send={send} onClose={onClose}>
      <RoleField
        id={`${id}-choice`}
        chosen={person.role}
        onChoice={(next) => {
          role.value = next;
        }}
      />
      <BuildingBoxes
        id={`${id}-buildings`}
        places={places}
        chosen={person.buildings.map(refText)}
        hidden={!isOfBuildings(role.value)}
      />
      <ReasonField id={`${id}-reason`} />
    </Panel>
  );
}

/** Makes a link by which the person sets a new password. */
export function PasswordLinkForm({ context, item: { name: person }, onClose }: About<PersonItem>) {
  const made = useSignal<InvitationMade | null>(null);
  const id = `link-${person}`;

  async function send(values: FormValues): Promise<Outcome> {
    const body = {
      offer: { for: 'password', person },
      hours: Number(values.text(`link-hours-${person}`)),
      ...reasonOf(values),
    };
    const answer = await context.ask<InvitationMade>('POST', '/api/v1/invitations', body);
    if (!answer.ok) return answer;
    made.value = answer.body;
    context.changed(null);
    return null;
  }

  if (made.value !== null) return <NewInvitation made={made.value} places={context.places} onClose={onClose} />;
  return (
    <Panel id={id} submit={tell('makePasswordLink')} cancel={say('cancel')} send={send} onClose={onClose}>
      <p class="ask" tabIndex={-1}>
        {tell('linkAsk', { person })}
      </p>
      <LifeField id={`link-hours-${person}`} chosenHours={dayHours} />
      <ReasonField id={`link-reason-${person}`} />
    </Panel>
  );
}

/** Asks once more before an invitation is withdrawn. */
export function WithdrawForm({ context, item: { id }, onClose }: About<InvitationItem>) {
  async function send(): Promise<Outcome> {
    const answer = await context.ask('DELETE', `/api/v1/invitations/${encodeURIComponent(id)}`);
    if (!answer.ok) return answer;
    context.changed(() => tell('withdrawn'));
    return null;
  }
  return (
    <Panel id={`withdraw-${id}`} submit={tell('withdrawSend')} cancel={tell('keep')} send={send} onClose={onClose}>
      <p class="ask" id={`withdraw-${id}-ask`}>
        {tell('withdrawAsk')}
      </p>
    </Panel>
  );
}

/** A form with a way back, which Escape takes too. */
function Panel(of: {
  id: string;
  submit: string;
  cancel: string;
  send(values: FormValues): Promise<Outcome>;
  onClose(): void;
  children: ComponentChildren;
}) {
  const { id, submit, cancel, send, onClose, children } = of;
  return (
    <Form
      id={id}
      submit={submit}
      send={send}
      onEscape={onClose}
      buttons={
        <button type="button" id={`${id}-cancel`} onClick={onClose}>
          {cancel}
        </button>
      }
    >
      {children}
    </Form>
  );
}
