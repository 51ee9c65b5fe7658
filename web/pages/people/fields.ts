import type { BuildingItem } from '../../../contract/http/live.ts';
import { roleMeans, roleWords } from '../../text/people.ts';
import { type Key, type Language, text } from '../../text/text.ts';
import { make } from '../../ui/dom.ts';
import type { Form } from '../../ui/form.ts';
import type { Words } from '../../ui/labels.ts';
import { type Places, type Role, refText, roles } from './roles.ts';

/** Fields that several forms of the page of people have. */

const lives = [
  { hours: 1, label: 'hour1' },
  { hours: 24, label: 'day1' },
  { hours: 168, label: 'days7' },
  { hours: 720, label: 'days30' },
] as const satisfies readonly { hours: number; label: Key }[];

/** Why; for the audit. */
export function reasonField(form: Form, id: string): () => { reason?: string } {
  const input = make('input', { id, name: 'reason', maxlength: '500', autocomplete: 'off' });
  form.field(input, { label: 'reason', hint: 'reasonHint' });
  return () => (input.value.trim() === '' ? {} : { reason: input.value.trim() });
}

/** For how long a link is good, in hours. */
export function lifeField(form: Form, id: string, chosenHours: number): () => number {
  const choices = lives.map(({ hours, label }) => ({
    value: String(hours),
    words: (language: Language) => text(language, label),
  }));
  const select = choiceOf(form, { id, choices, chosen: String(chosenHours) });
  form.field(select, { label: 'life' });
  return () => Number(select.value);
}

/** A role, with what it may do below it. */
export function roleField(form: Form, id: string, options: { chosen: Role; onChoice(role: Role): void }): () => Role {
  const choices = roles.map((role) => ({ value: role, words: (language: Language) => roleWords[role][language] }));
  const select = choiceOf(form, { id, choices, chosen: options.chosen });
  const role = () => roles.find((each) => each === select.value) ?? 'resident';
  const means = make('p', { class: 'hint', id: `${id}-means`, 'aria-live': 'polite' });
  form.field(select, { label: 'role' }).append(means);
  const choose = () => {
    form.labels.say(means, (language) => roleMeans[role()][language]);
    options.onChoice(role());
  };
  select.addEventListener('change', choose);
  choose();
  return role;
}

/** One of the buildings. */
export function buildingChoice(form: Form, id: string, places: Places): HTMLSelectElement {
  const choices = places.buildings.map((item) => ({ value: refText(item), words: nameOf(places, item) }));
  return choiceOf(form, { id, choices, chosen: choices[0]?.value ?? '' });
}

/** Any number of the buildings. */
export function buildingBoxes(form: Form, id: string, places: Places, chosen: readonly string[]): HTMLFieldSetElement {
  const boxes = places.buildings.map((item) => {
    const box = make('input', { type: 'checkbox', id: `${id}-${item.site}-${item.building}`, value: refText(item) });
    box.checked = chosen.includes(box.value);
    return make('label', { class: 'box' }, [box, form.labels.say(make('span'), nameOf(places, item))]);
  });
  const none = boxes.length === 0 ? [form.labels.say(make('p', { class: 'hint' }), 'noBuildings')] : [];
  const legend = form.labels.say(make('legend'), 'buildings');
  return make('fieldset', { id, class: 'field' }, [legend, ...boxes, ...none]);
}

type Choice = { readonly value: string; readonly words: Words };

function choiceOf(form: Form, { id, choices, chosen }: { id: string; choices: readonly Choice[]; chosen: string }) {
  const options = choices.map(({ value, words }) => form.labels.say(make('option', { value }), words));
  const select = make('select', { id, name: id }, options);
  select.value = chosen;
  return select;
}

function nameOf(places: Places, item: BuildingItem): Words {
  return (language) => places.nameOf(item, language);
}
