import { effect, signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Who } from '../../contract/http/session.ts';
import { keptBuildings } from '../gateway/kept.ts';
import { linkState, modelNow, second } from '../gateway/live.ts';
import { isAway, isStaff, session } from '../gateway/session.ts';
import { frameWords } from '../text/frame.ts';
import { fetchProblemWords } from '../text/problems.ts';
import { AlarmBar } from './alarm-bar.tsx';
import { isFrameDrawn, isHeaderDrawn } from './drawn.ts';
import { Header } from './header.tsx';
import { InsecureBanner } from './insecure-banner.tsx';
import { speaker, title } from './language.ts';
import { fetchDialogs, Later } from './later.tsx';
import { MaintenanceStrip } from './maintenance.tsx';
import { Nav } from './nav.tsx';
import { fetchOthers, load, loadedOf, type Page, pageAt, quiet, residentPage } from './pages.ts';
import { address, route } from './router.ts';
import { SignIn } from './sign-in.tsx';
import { siteZone } from './zone.ts';

const tell = speaker(frameWords);

/** Everything there is to see: what stands on every page, and the page that the address names. */
export function App() {
  const isDrawn = isFrameDrawn.value;
  return (
    <>
      <a class="skip" href="#main">
        {tell('skip')}
      </a>
      <InsecureBanner />
      {isHeaderDrawn.value && <Header />}
      {isDrawn && <Simulated />}
      {isDrawn && isStaff() && <AlarmBar />}
      {isStaff() && <MaintenanceStrip isDrawn={isDrawn} />}
      {isDrawn ? (
        <div class="frame">
          <Nav />
          <main id="main" tabIndex={-1}>
            <Content />
          </main>
        </div>
      ) : (
        isHeaderDrawn.value && <p class="hint loading">{tell('loading')}</p>
      )}
      <Later />
    </>
  );
}

/** The address names a page; who is signed in decides whether it, the form that asks, or a resident's page is shown. */
function Content() {
  const page = pageAt(route.value.path);
  const { value } = session;
  // What somebody was at stays in place, out of sight, while they sign in again; for anybody else it goes.
  const last = useRef<Who | null>(null);
  if (page === undefined) return <NotFound />;
  if (page.audience === 'anybody') return <Loaded page={page} />;
  if (value.state === 'somebody') last.current = value.person;
  const person = last.current;
  const shown = person !== null && page.audience === 'staff' && person.role === 'resident' ? residentPage : page;
  return (
    <>
      {person === null && isAway.value && isOfResidents(page) && <Loaded page={residentPage} />}
      {value.state === 'nobody' && <SignIn key={String(value.why)} why={value.why} />}
      {person !== null && (
        <div key={`${person.role} ${person.name}`} hidden={value.state !== 'somebody'}>
          <Loaded page={shown} />
        </div>
      )}
    </>
  );
}

/** What may be shown while nobody knows who is signed in: what to do, and what this device kept of its building. */
function isOfResidents({ name }: Page): boolean {
  return name === residentPage.name || (name === 'overview' && keptBuildings().length > 0);
}

const failures = signal<ReadonlySet<string>>(new Set());
const arrivals = signal(0);

/** A page whose code may still be on its way. */
function Loaded({ page }: { page: Page }) {
  void arrivals.value;
  const Body: ComponentType | undefined = loadedOf(page);
  const isFailed = failures.value.has(page.name);
  useEffect(() => {
    if (Body === undefined && !isFailed) void arrive(page);
    if (Body !== undefined) setTimeout(() => void fetchRest(page), othersAfterMs);
  }, [page, Body, isFailed]);
  if (Body !== undefined) return <Body key={page.name} />;
  return isFailed ? <Failed page={page} /> : <p class="hint loading">{tell('loading')}</p>;
}

/** What this page did without, so that a page can be changed and a dialog opened while the gateway is away. */
async function fetchRest({ audience }: Page): Promise<void> {
  await quiet();
  await fetchDialogs();
  await quiet();
  await fetchProblemWords();
  await fetchOthers(audience);
}

async function arrive(page: Page): Promise<void> {
  try {
    await load(page);
    arrivals.value += 1;
  } catch {
    // The gateway is away, or has other pages by now: the reader is told, and may try again.
    failures.value = new Set([...failures.value, page.name]);
  }
}

function Failed({ page }: { page: Page }) {
  return (
    <section class="card letter">
      <h1>{tell('pageFailed')}</h1>
      <p>{tell('pageFailedHelp')}</p>
      <button
        type="button"
        class="main"
        onClick={() => {
          failures.value = new Set([...failures.value].filter((name) => name !== page.name));
        }}
      >
        {tell('again')}
      </button>
    </section>
  );
}

function NotFound() {
  title.value = tell('notFound');
  return (
    <section class="card letter" id="not-found">
      <h1>{tell('notFound')}</h1>
      <p>{tell('notFoundHelp')}</p>
      <a class="button" href={address('/')}>
        {tell('toOverview')}
      </a>
    </section>
  );
}

/** Said in both languages: nobody may take what a simulator says for the world. */
function Simulated() {
  void second.value;
  const model = modelNow();
  const isSimulated = [...model.agents.values(), ...model.devices.values()].some(({ simulated }) => simulated);
  return (
    <p id="simulated" class="simulated" role="note" hidden={!isSimulated}>
      <span lang="ko">{frameWords.simulatedSite.ko}</span> / <span lang="en">{frameWords.simulatedSite.en}</span>
    </p>
  );
}

/** What nobody looks at yet waits until this one has what it shows. */
const othersAfterMs = 3000;
/** From here on cards are drawn only as they come near the view. */
const manyDevices = 100;

/** The zone that times are told in follows the first site; colours and wall mode follow the address. Called once. */
export function startFrame(): void {
  effect(() => {
    const [site] = modelNow().sites.values();
    if (site !== undefined) siteZone.value = site.timezone;
  });
  effect(() => {
    const { query } = route.value;
    const root = document.documentElement;
    root.dataset.theme = query.get('theme') ?? '';
    root.dataset.view = query.get('view') ?? '';
  });
  effect(() => {
    document.body.dataset.link = linkState.value;
    document.body.toggleAttribute('data-many', modelNow().devices.size > manyDevices);
  });
}
