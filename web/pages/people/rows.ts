import type { InvitationItem, PersonItem } from '../../../contract/http/people.ts';
import { dayText, momentText } from '../../text/format.ts';
import { type Language, text } from '../../text/text.ts';
import { make, type Part, setHidden, setText } from '../../ui/dom.ts';
import { Labels } from '../../ui/labels.ts';
import type { Desk } from './context.ts';
import { Opening } from './disclosure.ts';
import { PasswordLinkForm } from './password-link.ts';
import { askAgain, removeForm, roleForm } from './person-forms.ts';
import { isOfBuildings, roleText } from './roles.ts';

/** Lines of the page of people. What a form in a line is about is what the line said when it was opened. */

export type RowView<T> = { readonly item: T; readonly desk: Desk; readonly language: Language };

/** A person: what, where, since when, and what can be done about it. */
export function personRow(first: RowView<PersonItem>): Part<RowView<PersonItem>> {
  const labels = new Labels();
  const opening = new Opening(labels);
  const id = `person-${first.item.name}`;
  const name = make('h3', { id });
  const you = labels.say(make('span', { class: 'tag' }), 'you');
  const role = make('span', { class: 'role' });
  const where = make('span', { class: 'where' });
  const since = make('span', { class: 'since' });
  const node = make('li', { class: 'row', 'data-person': first.item.name }, [
    make('div', { class: 'facts' }, [make('span', { class: 'head' }, [name, you]), role, where, since]),
    opening.buttons,
    opening.place,
  ]);
  let view = first;
  const { me } = first.desk;
  if (me.role === 'admin') opening.add('changeRole', id, (close) => roleForm(view.desk, view.item, close));
  if (me.name !== first.item.name) {
    const person = first.item.name;
    opening.add('newPasswordLink', id, (onClose) => new PasswordLinkForm({ desk: view.desk, person, onClose }));
  }
  opening.add('remove', id, (close) => removeForm(view.desk, view.item, close));
  return {
    node,
    show(next) {
      view = next;
      const { item, desk, language } = next;
      labels.show(language);
      opening.show(language);
      setText(name, item.name);
      setHidden(you, item.name !== desk.me.name);
      setText(role, roleText(item.role, language));
      const names = item.buildings.map((ref) => desk.places.nameOf(ref, language)).join(', ');
      setText(where, isOfBuildings(item.role) ? names : text(language, 'everything'));
      const day = dayText(Date.parse(item.since), desk.places.zone, language);
      setText(since, text(language, 'since', { time: day }));
    },
  };
}

/** An invitation that can still be taken up. */
export function invitationRow(first: RowView<InvitationItem>): Part<RowView<InvitationItem>> {
  const labels = new Labels();
  const opening = new Opening(labels);
  const id = `invitation-${first.item.id}`;
  const what = make('h3', { id });
  const left = make('span');
  const by = make('span', { class: 'since' });
  const node = make('li', { class: 'row', 'data-invitation': first.item.id }, [
    make('div', { class: 'facts' }, [what, left, by]),
    opening.buttons,
    opening.place,
  ]);
  opening.add('withdraw', id, (close) => withdrawForm(first.desk, first.item, close));
  return {
    node,
    show({ item, desk, language }) {
      labels.show(language);
      opening.show(language);
      const moment = (iso: string) => momentText(Date.parse(iso), desk.places.zone, language);
      setText(what, desk.places.offerText(item.offer, language));
      const until = text(language, 'until', { time: moment(item.expires) });
      const count = item.offer.for === 'join' ? [text(language, 'usesLeft', { count: item.usesLeft })] : [];
      setText(left, [...count, until].join(' · '));
      setText(by, text(language, 'invitedBy', { who: byText(item.by, language), time: moment(item.at) }));
    },
  };
}

function withdrawForm(desk: Desk, { id }: InvitationItem, onClose: () => void): Part<Language> {
  return askAgain({
    id: `withdraw-${id}`,
    words: (language) => text(language, 'withdrawAsk'),
    submit: (language) => text(language, 'withdrawSend'),
    cancel: 'keep',
    reason: 'not-asked',
    onClose,
    async send() {
      const answer = await desk.ask('DELETE', `/api/v1/invitations/${encodeURIComponent(id)}`);
      if (!answer.ok) return answer;
      desk.changed((language) => text(language, 'withdrawn'));
      return null;
    },
  });
}

/** Who did it, as the audit names them. */
function byText(by: string, language: Language): string {
  const [, kind = '', name = by] = /^(person|command):(.*)$/.exec(by) ?? [];
  return kind === 'command' ? text(language, 'commandLine', { login: name }) : name;
}
