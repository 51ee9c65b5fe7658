import { useSignal } from '@preact/signals';
import type { ContactItem, PushItem } from '../../../contract/http/notices.ts';
import type { Failed } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import { channelWords } from '../../text/alerts.ts';
import { myNoticesWords } from '../../text/my-notices.ts';
import { failedText } from '../../text/problems.ts';
import { language, pick, speaker } from '../../ui/language.ts';
import { PushSwitch } from '../../ui/push-switch.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { timeAt } from '../../ui/time.tsx';

const tell = speaker(myNoticesWords);

type Props = {
  readonly offered: PushItem;
  readonly contacts: readonly ContactItem[];
  refresh(): Promise<void>;
  onTest(): Promise<void>;
};

/** The first screen: by what one is told. Only what this site can send by is offered. */
export function Where({ offered, contacts, refresh, onTest }: Props) {
  const { mode, channels } = offered;
  return (
    <section class="card" aria-labelledby="where-title">
      <h1 id="where-title">{tell('how')}</h1>
      {mode === 'closed' && <p class="closed-site">{tell('closed')}</p>}
      {channels.length === 0 ? <p>{tell('nothingOffered')}</p> : <p class="hint">{tell('howHint')}</p>}
      <Contacts contacts={contacts} refresh={refresh} />
      {channels.includes('push') && <PushSwitch onChange={refresh} />}
      {channels.includes('sms') && <AddForm channel="sms" refresh={refresh} />}
      {channels.includes('email') && <AddForm channel="email" refresh={refresh} />}
      {contacts.length > 0 && (
        <button type="button" class="main" id="send-test" onClick={() => void onTest()}>
          {tell('sendTest')}
        </button>
      )}
    </section>
  );
}

function Contacts({ contacts, refresh }: Pick<Props, 'contacts' | 'refresh'>) {
  if (contacts.length === 0) return <p>{tell('none')}</p>;
  return (
    <ul class="own-contacts">
      {contacts.map((contact) => (
        <li key={`${contact.channel} ${contact.address}`}>
          <span>
            <strong>{contact.channel === 'push' ? tell('thisDevice') : contact.address}</strong>{' '}
            <span class="hint">{pick(channelWords[contact.channel])}</span>
            <br />
            <StateMark tone={toneOf(contact)}>{stateText(contact)}</StateMark>
          </span>
          <button type="button" onClick={() => void remove(contact).then(refresh)}>
            {tell('remove')}
          </button>
        </li>
      ))}
    </ul>
  );
}

async function remove({ channel, address }: ContactItem): Promise<void> {
  await ask('DELETE', `/api/v1/contacts?channel=${channel}&address=${encodeURIComponent(address)}`);
}

function toneOf({ goneAt, deniedAt, provenAt }: ContactItem) {
  if (goneAt !== null || deniedAt !== null) return 'caution' as const;
  return provenAt === null ? ('unknown' as const) : ('normal' as const);
}

function stateText({ goneAt, deniedAt, provenAt }: ContactItem): string {
  if (goneAt !== null) return tell('gone');
  if (deniedAt !== null) return tell('denied', { time: timeAt(deniedAt) });
  return provenAt === null ? tell('unproven') : tell('proven', { time: timeAt(provenAt) });
}

/** A number or an address; what was typed stays when it is refused. */
function AddForm({ channel, refresh }: { channel: 'sms' | 'email' } & Pick<Props, 'refresh'>) {
  const typed = useSignal('');
  const failed = useSignal<Failed | null>(null);

  async function add(event: Event): Promise<void> {
    event.preventDefault();
    const address = channel === 'sms' ? typed.value.replace(/[\s-]/g, '') : typed.value.trim();
    const sent = await ask<ContactItem>('POST', '/api/v1/contacts', { channel, address, language: language.value });
    failed.value = sent.ok ? null : sent;
    if (!sent.ok) return;
    typed.value = '';
    await refresh();
  }

  const id = `add-${channel}`;
  return (
    <form class="add-contact" onSubmit={(event) => void add(event)}>
      <label for={id}>{tell(channel === 'sms' ? 'phone' : 'email')}</label>
      <span class="add-line">
        <input
          id={id}
          type="text"
          inputMode={channel === 'sms' ? 'tel' : 'email'}
          autocomplete={channel === 'sms' ? 'tel' : 'email'}
          required
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
        <button type="submit">{tell('add')}</button>
      </span>
      {channel === 'sms' && <span class="hint">{tell('phoneHint')}</span>}
      <p role="alert" class="reach-trouble">
        {failed.value === null ? '' : failedText(failed.value, language.value)}
      </p>
    </form>
  );
}
