import { computed } from '@preact/signals';
import { heardAt, linkState, modelNow, second } from '../gateway/live.ts';
import { mayKeepPeople, mayReadReach, mayReadUpkeep } from '../gateway/rights.ts';
import { session, signOut } from '../gateway/session.ts';
import { siteName } from '../pages/live/view.ts';
import { timeText } from '../text/format.ts';
import { frameWords } from '../text/frame.ts';
import { openPasswordChange } from './asked.ts';
import { chooseLanguage, language, languageNames, languages, say, speaker } from './language.ts';
import { address, addressHere, go, route } from './router.ts';
import { zone } from './zone.ts';

const tell = speaker(frameWords);

/** The first line of every page: which site, as of when, the language, and what a person can do with their account. */
export function Header() {
  return (
    <header id="top" class="top">
      <a class="brand" lang="ko" href={address('/')}>
        자리
      </a>
      <span id="site-names" class="site-names">
        {siteNames.value}
      </span>
      <AsOf />
      <Languages />
      <Account />
    </header>
  );
}

const siteNames = computed(() => {
  const sites = [...modelNow().sites.values()];
  return sites.map(({ site }) => siteName(modelNow(), site, language.value)).join(' · ');
});

function AsOf() {
  const isChecking = linkState.value === 'checking';
  const time = siteNames.value === '' ? '' : timeText(heardAt(), second.value, zone.value, language.value);
  const parts = [time === '' ? '' : say('asOf', { time }), isChecking ? say('linkChecking') : ''];
  return (
    <span id="as-of" class="as-of">
      {parts.filter((part) => part !== '').join(' · ')}
    </span>
  );
}

function Languages() {
  return (
    <span class="languages">
      {languages.map((each) => (
        <button
          key={each}
          type="button"
          id={`to-${each}`}
          lang={each}
          aria-pressed={language.value === each}
          onClick={() => chooseLanguage(each)}
        >
          {languageNames[each]}
        </button>
      ))}
    </span>
  );
}

function Account() {
  const { value } = session;
  if (value.state !== 'somebody') return null;
  const { person } = value;
  return (
    <details class="account" id="account" onKeyDown={closeOnEscape} onFocusOut={closeWhenLeft}>
      <summary>
        <span id="who" class="who">
          {person.name}
        </span>
      </summary>
      <div class="menu">
        {mayKeepPeople(person) && route.value.path !== '/people' && (
          <a id="to-people" class="button" href={address('/people')}>
            {say('people')}
          </a>
        )}
        {route.value.path !== '/my-notices' && (
          <a id="to-my-notices" class="button" href={address('/my-notices')}>
            {tell('myNotices')}
          </a>
        )}
        {mayReadReach(person.role) && route.value.path !== '/reach' && (
          <a id="to-reach" class="button" href={address('/reach')}>
            {tell('reach')}
          </a>
        )}
        {mayReadUpkeep(person.role) && route.value.path !== '/system' && (
          <a id="to-system" class="button" href={address('/system')}>
            {tell('system')}
          </a>
        )}
        <Colours />
        <a class="button" id="to-wall" href={addressHere({ view: 'wall', theme: 'dark' })}>
          {tell('wall')}
        </a>
        <button type="button" id="change-password" onClick={openPasswordChange}>
          {say('changePassword')}
        </button>
        <button type="button" id="sign-out" onClick={() => void signOut()}>
          {say('signOut')}
        </button>
      </div>
    </details>
  );
}

function Colours() {
  const now = route.value.query.get('theme') ?? '';
  const choices = [
    ['', 'asSystem'],
    ['light', 'light'],
    ['dark', 'dark'],
  ] as const;
  return (
    <label class="colours">
      <span>{tell('colours')}</span>
      <select id="theme" onChange={(event) => chooseColours(event.currentTarget.value)}>
        {choices.map(([value, key]) => (
          <option key={value} value={value} selected={value === now}>
            {tell(key)}
          </option>
        ))}
      </select>
    </label>
  );
}

function chooseColours(theme: string): void {
  go(addressHere({ theme: theme === '' ? null : theme }), 'replace');
}

function closeOnEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || !(event.currentTarget instanceof HTMLDetailsElement)) return;
  event.currentTarget.open = false;
  event.currentTarget.querySelector('summary')?.focus();
}

function closeWhenLeft(event: FocusEvent): void {
  const { currentTarget: menu, relatedTarget: next } = event;
  if (menu instanceof HTMLDetailsElement && next instanceof Node && !menu.contains(next)) menu.open = false;
}
