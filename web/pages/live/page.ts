import { Link } from '../../gateway/live-stream.ts';
import { agentKey, change, emptyModel, modelOf } from '../../gateway/model.ts';
import { timeText } from '../../text/format.ts';
import { type Language, text } from '../../text/text.ts';
import { byId, make, type Part, Parts, setAttribute, setHidden, setText } from '../../ui/dom.ts';
import { Shell } from '../../ui/shell.ts';
import { type AgentSection, type AgentSectionView, agentSection } from './card.ts';
import { headlineOf, type Problem } from './headline.ts';
import { ResidentPage } from './resident.ts';
import { agentView, deviceView, type LinkState, type Seen, siteName, zoneOf } from './view.ts';

/** The live page: every agent, device and point of the gateway as they stand, in the reader's language. */

let language: Language = 'ko';
let linkState: LinkState = 'connecting';
let model = emptyModel();
let dirty: Set<string> | 'all' = new Set();
let frameAsked = false;
let shownAnchor = false;

const main = byId('main', HTMLElement);
const agents = byId('agents', HTMLDivElement);
const headline = byId('headline', HTMLElement);
const headlineText = byId('headline-text', HTMLHeadingElement);
const sectionOf = new Map<string, AgentSection>();
const sections = new Parts<AgentSectionView>(agents, (view) => {
  const section = agentSection(view);
  sectionOf.set(view.agent.key, section);
  return section;
});
const problems = new Parts<Problem>(byId('problems', HTMLUListElement), problemLine);

const shell = new Shell({
  main,
  onLanguage(next) {
    language = next;
    resident.show(language);
    touch('all');
  },
  onSignedIn(person) {
    showLive(person.role === 'resident' ? 'hidden' : 'shown');
    if (person.role === 'resident') {
      link.close();
      model = emptyModel();
      resident.open();
    } else {
      resident.close();
      linkState = 'connecting';
      link.open();
    }
    touch('all');
  },
  onAsked() {
    link.close();
    resident.close();
    model = emptyModel();
    showLive('hidden');
    touch('all');
  },
});

const resident = new ResidentPage(() => shell.ask('sessionEnded'));

const link = new Link({
  onLists(lists) {
    model = modelOf(lists);
    touch('all');
  },
  onChange: (event) => touch(change(model, event)),
  onState(state) {
    linkState = state;
    touch('all');
  },
  onSignedOut: () => shell.ask('sessionEnded'),
  onForbidden: () => shell.look(),
});

main.append(resident.node);
addEventListener('hashchange', showAnchor);
setInterval(() => touch('all'), 1000);
shell.begin();

function showLive(how: 'shown' | 'hidden'): void {
  setHidden(headline, how === 'hidden');
  setHidden(agents, how === 'hidden');
}

/** From here on cards are drawn only as they come near the view. */
const manyDevices = 100;

function touch(what: string | 'all'): void {
  if (what === 'all') dirty = 'all';
  else if (dirty !== 'all') dirty.add(what);
  if (frameAsked) return;
  frameAsked = true;
  requestAnimationFrame(render);
}

/** One frame: everything when a second passed or the language changed, else only the devices that changed. */
function render(): void {
  frameAsked = false;
  const seen: Seen = { language, link: linkState, now: link.now(), heardAt: link.heardAt() };
  const what = dirty;
  dirty = new Set();
  if (what === 'all') renderAll(seen);
  else for (const key of what) renderDevice(key, seen);
  renderHeadline(seen);
}

function renderAll(seen: Seen): void {
  setAttribute(document.body, 'data-link', seen.link);
  document.body.toggleAttribute('data-many', model.devices.size > manyDevices);
  const devices = [...model.devices.values()].map((item) => ({
    agent: agentKey(item),
    view: deviceView(model, item, seen),
  }));
  const views = [...model.agents].map(([key, item]) => ({
    agent: agentView(model, item, seen),
    devices: devices.filter(({ agent }) => agent === key).map(({ view }) => view),
    language,
  }));
  sections.show(views, (view) => view.agent.key);
  renderTop(seen);
  if (!shownAnchor && model.devices.size > 0) showAnchor();
}

function renderDevice(key: string, seen: Seen): void {
  const device = model.devices.get(key);
  if (device !== undefined) sectionOf.get(agentKey(device))?.showDevice(deviceView(model, device, seen), language);
}

function renderTop(seen: Seen): void {
  const sites = [...model.sites.values()];
  const zone = zoneOf(model, sites[0]?.site ?? '');
  const time = sites.length === 0 ? '' : timeText(seen.heardAt, seen.now, zone, language);
  const asOf = time === '' ? '' : text(language, 'asOf', { time });
  const checking = seen.link === 'checking' ? text(language, 'linkChecking') : '';
  const names = sites.map(({ site }) => siteName(model, site, language)).join(' · ');
  shell.top.showPlace(names, [asOf, checking].filter((part) => part !== '').join(' · '));
  const items = [...model.agents.values(), ...model.devices.values()];
  setHidden(byId('simulated', HTMLParagraphElement), !items.some((item) => item.simulated));
}

function renderHeadline(seen: Seen): void {
  const line = headlineOf(model, seen);
  setAttribute(headline, 'data-tone', line.tone);
  setText(headlineText, line.text);
  const more: Problem[] =
    line.more === '' ? [] : [{ key: '+', tone: 'normal', lead: '', text: line.more, anchor: null }];
  problems.show([...line.problems, ...more], ({ key, anchor }) => `${key}#${anchor ?? ''}`);
  if (resident.isOpen()) return;
  document.title = model.devices.size === 0 ? '자리 Jari' : `${line.text} · 자리 Jari`;
}

function problemLine({ anchor }: Problem): Part<Problem> {
  const words = anchor === null ? make('span') : make('a', { href: `#${anchor}` });
  const node = make('li', { class: 'state' }, [make('span', { class: 'shape', 'aria-hidden': 'true' }), words]);
  return {
    node,
    show(problem) {
      setAttribute(node, 'data-tone', problem.tone);
      setText(words, problem.text);
    },
  };
}

/** Leads to the device the address names. The browser does it only for what is there when the page loads. */
function showAnchor(): void {
  shownAnchor = true;
  const card = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (const other of document.querySelectorAll('.device[data-target]')) other.removeAttribute('data-target');
  if (card === null || !card.classList.contains('device')) return;
  card.setAttribute('data-target', '');
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: 'start' });
  // Cards above get their true height only when they come near: the first jump is a guess.
  requestAnimationFrame(() => requestAnimationFrame(() => card.scrollIntoView({ block: 'start' })));
}
