import type { InvitationItem, PersonItem } from '../../../contract/http/people.ts';
import { type Key, type Language, text } from '../../text/text.ts';
import { make, type Part, Parts, setHidden } from '../../ui/dom.ts';
import { Labels, type Words } from '../../ui/labels.ts';
import type { Desk } from './context.ts';
import { InviteForm } from './invite-form.ts';
import { invitationRow, personRow, type RowView } from './rows.ts';

export type BoardView = {
  readonly people: readonly PersonItem[];
  readonly invitations: readonly InvitationItem[];
  readonly language: Language;
};

/** What somebody who looks after people sees: a way to invite, what is open, and who there is. */
export class PeopleBoard implements Part<BoardView> {
  readonly node = make('div', { class: 'board' });
  readonly #desk: Desk;
  readonly #labels = new Labels();
  readonly #invite: InviteForm;
  readonly #title = make('h1', { id: 'people-title', tabindex: '-1' });
  readonly #said = make('p', { class: 'said', id: 'said', role: 'status' });
  readonly #people: List<PersonItem>;
  readonly #invitations: List<InvitationItem>;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#invite = new InviteForm(desk);
    this.#people = this.#list('people', 'peopleNone', personRow);
    this.#invitations = this.#list('invitations', 'invitationsNone', invitationRow);
    const summary = make('summary', {}, [this.#labels.say(make('h2'), 'invite')]);
    const invite = make('details', { class: 'card', id: 'invite-card' }, [summary, this.#invite.node]);
    // On a phone the form would push the people out of sight.
    invite.open = matchMedia('(min-width: 60rem)').matches;
    const open = this.#labels.say(make('h2'), 'openInvitations');
    this.node.append(
      make('div', { class: 'board-head' }, [this.#labels.say(this.#title, 'people'), this.#said]),
      make('div', { class: 'board-side' }, [
        invite,
        make('section', { class: 'card' }, [open, this.#invitations.node]),
      ]),
      make('section', { class: 'card board-main', 'aria-labelledby': 'people-title' }, [this.#people.node]),
    );
  }

  show({ people, invitations, language }: BoardView): void {
    const hadFocus = this.node.contains(document.activeElement);
    this.#labels.show(language);
    this.#invite.show(language);
    this.#people.show(people, language);
    this.#invitations.show(invitations, language);
    // The line that was worked on has gone: the keyboard's place on the page must not go with it.
    if (hadFocus && !this.node.contains(document.activeElement)) this.#title.focus();
  }

  /** Says what was done. */
  say(words: Words | null): void {
    this.#labels.say(this.#said, words ?? (() => ''));
  }

  #list<T extends { name: string } | { id: string }>(
    id: string,
    none: Key,
    row: (first: RowView<T>) => Part<RowView<T>>,
  ): List<T> {
    const rows = make('ul', { class: 'rows', id });
    const empty = make('p', { class: 'hint' });
    const parts = new Parts<RowView<T>>(rows, row);
    return {
      node: make('div', {}, [this.#labels.say(empty, (language) => text(language, none)), rows]),
      show: (items, language) => {
        setHidden(empty, items.length > 0);
        const views = items.map((item) => ({ item, desk: this.#desk, language }));
        parts.show(views, ({ item }) => ('id' in item ? item.id : item.name));
      },
    };
  }
}

type List<T> = { readonly node: HTMLElement; show(items: readonly T[], language: Language): void };
