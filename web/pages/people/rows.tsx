import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { InvitationItem, PersonItem } from '../../../contract/http/people.ts';
import { dayText, momentText } from '../../text/format.ts';
import { language, say } from '../../ui/language.ts';
import type { PeopleContext } from './context.ts';
import { PasswordLinkForm, RemoveForm, RoleForm, WithdrawForm } from './person-forms.tsx';
import { isOfBuildings, roleText } from './roles.ts';
import { type Key, tell } from './tell.ts';

/** Lines of the page of people. */

type RowProps<T> = { readonly item: T; readonly context: PeopleContext };

/** A person: what, where, since when, and what can be done about it. */
export function PersonRow({ item, context }: RowProps<PersonItem>) {
  const { me, places } = context;
  const isMe = me.name === item.name;
  const names = item.buildings.map((ref) => places.nameOf(ref, language.value)).join(', ');
  const day = dayText(Date.parse(item.since), places.zone, language.value);
  const id = `person-${item.name}`;
  const deeds: Deed[] = [
    ...(me.role === 'admin' ? [deed('changeRole', (onClose) => <RoleForm {...{ context, item, onClose }} />)] : []),
    ...(isMe ? [] : [deed('newPasswordLink', (onClose) => <PasswordLinkForm {...{ context, item, onClose }} />)]),
    deed('remove', (onClose) => <RemoveForm {...{ context, item, onClose }} />),
  ];
  return (
    <li class="row" data-person={item.name}>
      <div class="facts">
        <span class="head">
          <h3 id={id}>{item.name}</h3>
          {isMe && <span class="tag">{tell('you')}</span>}
        </span>
        <span class="role">{roleText(item.role, language.value)}</span>
        <span class="where">{isOfBuildings(item.role) ? names : tell('everything')}</span>
        <span class="since">{say('since', { time: day })}</span>
      </div>
      <Deeds of={id} deeds={deeds} />
    </li>
  );
}

/** An invitation that can still be taken up. */
export function InvitationRow({ item, context }: RowProps<InvitationItem>) {
  const { places } = context;
  const moment = (iso: string) => momentText(Date.parse(iso), places.zone, language.value);
  const until = tell('until', { time: moment(item.expires) });
  const left = item.offer.for === 'join' ? [tell('usesLeft', { count: item.usesLeft }), until] : [until];
  const id = `invitation-${item.id}`;
  return (
    <li class="row" data-invitation={item.id}>
      <div class="facts">
        <h3 id={id}>{places.offerText(item.offer, language.value)}</h3>
        <span>{left.join(' · ')}</span>
        <span class="since">{tell('invitedBy', { who: byText(item.by), time: moment(item.at) })}</span>
      </div>
      <Deeds of={id} deeds={[deed('withdraw', (onClose) => <WithdrawForm {...{ context, item, onClose }} />)]} />
    </li>
  );
}

/** Who did it, as the audit names them. */
function byText(by: string): string {
  const [, kind = '', name = by] = /^(person|command):(.*)$/.exec(by) ?? [];
  return kind === 'command' ? tell('commandLine', { login: name }) : name;
}

type Deed = { readonly label: Key; form(onClose: () => void): JSX.Element };

const deed = (label: Key, form: Deed['form']): Deed => ({ label, form });

/**
 * Buttons of a line, each of which opens a form below it; one is open at a time, and the button closes it again. `of` is
 * the line's name, for who hears the button without seeing the line.
 */
function Deeds({ of, deeds }: { of: string; deeds: readonly Deed[] }) {
  const open = useSignal<Key | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const buttons = useRef<HTMLDivElement>(null);
  const opened = deeds.find(({ label }) => label === open.value);

  // Before the next key can arrive: what is typed at once is meant for the form.
  useLayoutEffect(() => {
    if (open.value !== null) place.current?.querySelector<HTMLElement>('input, select, button')?.focus();
  }, [open.value]);

  function close(): void {
    const was = open.peek();
    open.value = null;
    if (was !== null) buttons.current?.querySelector<HTMLElement>(`[data-do="${was}"]`)?.focus();
  }

  return (
    <>
      <div class="buttons" ref={buttons}>
        {deeds.map(({ label }) => (
          <button
            key={label}
            type="button"
            data-do={label}
            aria-expanded={open.value === label}
            aria-describedby={of}
            onClick={() => {
              open.value = open.value === label ? null : label;
            }}
          >
            {tell(label)}
          </button>
        ))}
      </div>
      <div class="opened" ref={place}>
        {opened?.form(close)}
      </div>
    </>
  );
}
