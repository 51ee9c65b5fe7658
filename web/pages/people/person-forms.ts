import type { PersonItem } from '../../../contract/http/people.ts';
import { type Key, type Language, text } from '../../text/text.ts';
import { make, type Part } from '../../ui/dom.ts';
import { Form, type FormOptions, type Outcome } from '../../ui/form.ts';
import type { Words } from '../../ui/labels.ts';
import type { Desk } from './context.ts';
import { buildingBoxes, reasonField, roleField } from './fields.ts';
import { isOfBuildings, refText, roleText } from './roles.ts';

/** What can be done about a person or an invitation, asked where its line stands. */

export type AskOptions = {
  readonly id: string;
  readonly words: Words;
  readonly submit: Words;
  readonly cancel: Key;
  /** Whether a reason may be given. */
  readonly reason: 'asked' | 'not-asked';
  send(reason: { reason?: string }): Promise<Outcome>;
  onClose(): void;
};

/** Asks once more before something that cannot be undone. */
export function askAgain({ id, words, submit, cancel, reason, send, onClose }: AskOptions): Part<Language> {
  const form = panel({ id, submit, cancel, onClose, send: () => send(reasonOf()) });
  form.add(form.labels.say(make('p', { class: 'ask', id: `${id}-ask` }), words));
  const reasonOf = reason === 'asked' ? reasonField(form, `${id}-reason`) : () => ({});
  return part(form);
}

/** Removes the person. */
export function removeForm(desk: Desk, { name }: PersonItem, onClose: () => void): Part<Language> {
  return askAgain({
    id: `remove-${name}`,
    words: (language) => text(language, 'removeAsk', { person: name }),
    submit: (language) => text(language, 'removeSend', { person: name }),
    cancel: 'cancel',
    reason: 'asked',
    onClose,
    async send({ reason }) {
      const why = reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`;
      const answer = await desk.ask('DELETE', `/api/v1/people/${encodeURIComponent(name)}${why}`);
      if (!answer.ok) return answer;
      desk.changed((language) => text(language, 'removed', { person: name }));
      return null;
    },
  });
}

/** Makes the person something else, somewhere else. */
export function roleForm(desk: Desk, person: PersonItem, onClose: () => void): Part<Language> {
  const id = `role-${person.name}`;
  const form = panel({ id, submit: (language) => text(language, 'saveRole'), cancel: 'cancel', onClose, send });
  const boxes = buildingBoxes(form, `${id}-buildings`, desk.places, person.buildings.map(refText));
  const role = roleField(form, `${id}-choice`, {
    chosen: person.role,
    onChoice: (choice) => {
      boxes.hidden = !isOfBuildings(choice);
    },
  });
  form.add(boxes);
  const reason = reasonField(form, `${id}-reason`);

  async function send(): Promise<Outcome> {
    const inputs = [...boxes.querySelectorAll('input')];
    const chosen = new Set(isOfBuildings(role()) ? inputs.filter((box) => box.checked).map((box) => box.value) : []);
    if (isOfBuildings(role()) && chosen.size === 0) {
      return { say: (language) => text(language, 'chooseBuilding'), ...(inputs[0] && { at: inputs[0] }) };
    }
    const buildings = desk.places.buildings.filter((item) => chosen.has(refText(item)));
    const refs = buildings.map(({ site, building }) => ({ site, building }));
    const body = { role: role(), buildings: refs, ...reason() };
    const answer = await desk.ask<PersonItem>('PUT', `/api/v1/people/${encodeURIComponent(person.name)}`, body);
    if (!answer.ok) return answer;
    onClose();
    desk.changed((language) =>
      text(language, 'roleChanged', { person: person.name, role: roleText(answer.body.role, language) }),
    );
    return null;
  }
  return part(form);
}

type PanelOptions = Pick<FormOptions, 'id' | 'send'> & Pick<AskOptions, 'submit' | 'cancel' | 'onClose'>;

/** A form with a way back, which Escape takes too. */
function panel({ id, submit, cancel, onClose, send }: PanelOptions): Form {
  const form = new Form({ id, submit, send });
  form.button(`${id}-cancel`, cancel, onClose);
  form.node.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') onClose();
  });
  return form;
}

function part(form: Form): Part<Language> {
  return { node: form.node, show: (language) => form.show(language) };
}
