import { useSignal } from '@preact/signals';
import { roleMeans, roleWords } from '../../text/people.ts';
import { ChoiceField, type FormValues, TextField } from '../../ui/form.tsx';
import { language } from '../../ui/language.ts';
import { type Places, type Role, refText, roles } from './roles.ts';
import { type Key, tell } from './tell.ts';

/** Fields that several forms of the page of people have. */

const lives = [
  { hours: 1, label: 'hour1' },
  { hours: 24, label: 'day1' },
  { hours: 168, label: 'days7' },
  { hours: 720, label: 'days30' },
] as const satisfies readonly { hours: number; label: Key }[];

/** Why; for the audit. */
export function ReasonField({ id }: { id: string }) {
  return <TextField id={id} name="reason" label={tell('reason')} hint={tell('reasonHint')} maxLength={500} />;
}

export function reasonOf(values: FormValues): { reason?: string } {
  const reason = values.text('reason').trim();
  return reason === '' ? {} : { reason };
}

/** For how long a link is good, in hours. */
export function LifeField({ id, chosenHours }: { id: string; chosenHours: number }) {
  const choices = lives.map(({ hours, label }) => ({ value: String(hours), words: tell(label) }));
  return <ChoiceField id={id} label={tell('life')} choices={choices} chosen={String(chosenHours)} />;
}

/** A role, with what it may do below it. */
export function RoleField({ id, chosen, onChoice }: { id: string; chosen: Role; onChoice(role: Role): void }) {
  const role = useSignal(chosen);
  const choices = roles.map((each) => ({ value: each, words: roleWords[each][language.value] }));
  return (
    <ChoiceField
      id={id}
      label={tell('role')}
      choices={choices}
      chosen={chosen}
      onChoice={(value) => {
        role.value = roleOf(value);
        onChoice(role.value);
      }}
    >
      <p class="hint" id={`${id}-means`} aria-live="polite">
        {roleMeans[role.value][language.value]}
      </p>
    </ChoiceField>
  );
}

export function roleOf(value: string): Role {
  return roles.find((each) => each === value) ?? 'resident';
}

/** One of the buildings. */
export function BuildingChoice({ id, places }: { id: string; places: Places }) {
  const choices = places.buildings.map((item) => ({
    value: refText(item),
    words: places.nameOf(item, language.value),
  }));
  return <ChoiceField id={id} label={tell('building')} choices={choices} chosen={choices[0]?.value ?? ''} />;
}

/** Any number of the buildings. */
export function BuildingBoxes(of: { id: string; places: Places; chosen: readonly string[]; hidden: boolean }) {
  const { id, places, chosen, hidden } = of;
  return (
    <fieldset id={id} class="field" hidden={hidden}>
      <legend>{tell('buildings')}</legend>
      {places.buildings.map((item) => (
        <label key={refText(item)} class="box">
          <input
            type="checkbox"
            id={`${id}-${item.site}-${item.building}`}
            name="building"
            value={refText(item)}
            defaultChecked={chosen.includes(refText(item))}
          />
          <span>{places.nameOf(item, language.value)}</span>
        </label>
      ))}
      {places.buildings.length === 0 && <p class="hint">{tell('noBuildings')}</p>}
    </fieldset>
  );
}
