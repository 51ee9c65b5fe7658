import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { InvitationItem, PersonItem } from '../../../contract/http/people.ts';
import type { Say } from '../../ui/form-error.tsx';
import { say } from '../../ui/language.ts';
import type { PeopleContext } from './context.ts';
import { InviteForm } from './invite-form.tsx';
import { InvitationRow, PersonRow } from './rows.tsx';
import { tell } from './tell.ts';

/** What somebody who looks after people sees: a way to invite, what is open, and who there is. */
export function Board(of: {
  people: readonly PersonItem[];
  invitations: readonly InvitationItem[];
  context: PeopleContext;
  said: Say | null;
}) {
  const { people, invitations, context, said } = of;
  const board = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const hadFocus = useRef(false);
  // On a phone the form would push the people out of sight.
  const isWide = useRef(matchMedia('(min-width: 60rem)').matches);

  // The line that was worked on has gone: the keyboard's place on the page must not go with it.
  useLayoutEffect(() => {
    if (hadFocus.current && document.activeElement === document.body) heading.current?.focus();
  });
  return (
    <div
      class="board"
      ref={board}
      onFocusIn={() => {
        hadFocus.current = true;
      }}
      onFocusOut={({ relatedTarget }) => {
        // A node that is taken away loses the focus to nothing, and so does one that the reader leaves by the pointer.
        if (relatedTarget instanceof Node && board.current?.contains(relatedTarget) === false) hadFocus.current = false;
      }}
    >
      <div class="board-head">
        <h1 id="people-title" tabIndex={-1} ref={heading}>
          {say('people')}
        </h1>
        <p class="said" id="said" role="status">
          {said === null ? '' : said()}
        </p>
      </div>
      <div class="board-side">
        <details class="card" id="invite-card" open={isWide.current}>
          <summary>
            <h2>{tell('invite')}</h2>
          </summary>
          <InviteForm context={context} />
        </details>
        <section class="card">
          <h2>{tell('openInvitations')}</h2>
          <List id="invitations" none={tell('invitationsNone')} isEmpty={invitations.length === 0}>
            {invitations.map((item) => (
              <InvitationRow key={item.id} item={item} context={context} />
            ))}
          </List>
        </section>
      </div>
      <section class="card board-main" aria-labelledby="people-title">
        <List id="people" none={tell('peopleNone')} isEmpty={people.length === 0}>
          {people.map((item) => (
            <PersonRow key={item.name} item={item} context={context} />
          ))}
        </List>
      </section>
    </div>
  );
}

function List(of: { id: string; none: string; isEmpty: boolean; children: ComponentChildren }) {
  const { id, none, isEmpty, children } = of;
  return (
    <div>
      <p class="hint" hidden={!isEmpty}>
        {none}
      </p>
      <ul class="rows" id={id}>
        {children}
      </ul>
    </div>
  );
}
