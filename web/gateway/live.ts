import { batch, computed, effect, type Signal, signal } from '@preact/signals';
import type { LinkState } from './link-state.ts';
import { Link } from './live-stream.ts';
import { change, emptyModel, type Model, modelOf, type Touched } from './model.ts';
import { newsOf } from './news.ts';
import { end, lookWhoIsThere, session } from './session.ts';

/**
 * What the gateway last said, as the pages read it. A component that reads a part is drawn again when that part changes,
 * and then once per frame, however many events came.
 */

export const linkState = signal<LinkState>('connecting');
/** Grows each time the gateway is heard again: what was asked for besides the lists is asked for once more. */
export const returns = signal(0);
/** The gateway's clock, epoch ms; it ticks every second. */
export const second = signal(Date.now());
/** The same for what is far from the view: it ticks every five seconds. */
export const slow = signal(Date.now());
/** The same to the minute, for times of day: what shows no age is drawn sixty times less often. */
export const minute = computed(() => second.value - (second.value % 60_000));

const tickMs = 1000;
/** A change that comes so long after the last tick brings the next one. */
const togetherMs = 600;
/** Where changes came since the last tick, the next of them is waited for. */
const graceMs = 200;
const slowMs = 5000;

let model = emptyModel();
const everything = signal(0);
const parts = new Map<string, Signal<number>>();
const touched = new Set<string>();
/** Parts that nothing near the view shows, and how many things far from it do. */
const far = new Map<string, number>();
/** Parts that are far and have changed. */
const owed = new Set<string>();
let frameAsked = false;

const link = new Link({
  onLists(lists) {
    const next = modelOf(lists);
    const news = newsOf(model, next);
    if (news === null) {
      model = next;
      touch('all');
    } else for (const each of news) touch(change(model, each));
  },
  onChange: (event) => touch(change(model, event)),
  onState(state) {
    batch(() => {
      if (state === 'live' && linkState.value !== 'connecting') returns.value += 1;
      linkState.value = state;
      second.value = link.now();
    });
  },
  onSignedOut: () => end('sessionEnded'),
  onForbidden: () => void lookWhoIsThere(),
  onStartOver: () => location.reload(),
});

/** The model, for a component that shows one part of it: a device by its key, `lots`, `spaces:site/lot`, `alerts`. */
export function modelFor(part: string): Model {
  void everything.value;
  void partSignal(part).value;
  return model;
}

/** The model as it stands, for what is drawn again every second and with every change of the whole. */
export function modelNow(): Model {
  void everything.value;
  return model;
}

/** The gateway's clock when it was last heard. */
export const heardAt = (): number => link.heardAt();
export const now = (): number => link.now();

/** Fetches the lists at once: something was done that they show. */
export function refreshLive(): void {
  link.refresh();
}

/** Opens the stream for a person who may read it, and forgets everything when somebody else comes. Called once. */
export function startLive(): void {
  effect(() => {
    const { value } = session;
    link.close();
    model = emptyModel();
    touch('all');
    if (value.state !== 'somebody' || value.person.role === 'resident') return;
    linkState.value = 'connecting';
    link.open(`${value.person.role} ${value.person.name}`, toldBefore());
  });
  startTicking();
  addEventListener('beforeprint', () => batch(payAll));
}

/** What shows a part says that it is far from the view, until the result is called: the part is then told every five seconds. */
export function leaveFar(part: string): () => void {
  far.set(part, (far.get(part) ?? 0) + 1);
  return () => {
    const left = (far.get(part) ?? 1) - 1;
    if (left > 0) far.set(part, left);
    else far.delete(part);
    if (owed.delete(part)) partSignal(part).value += 1;
  };
}

let tickedAt = performance.now();
let hasChanged = false;

/** An age that counts seconds leaves none out: an interval that asked whether a second has passed came a moment too early at times. */
function startTicking(): void {
  const waitMs = () => tickedAt + tickMs + (hasChanged ? graceMs : 0) - performance.now();
  const look = () => {
    if (waitMs() <= 0) batch(tick);
    setTimeout(look, Math.max(0, waitMs()));
  };
  setTimeout(look, tickMs);
}

/** Ages count on together with what changed, where something did: each is a picture to draw. */
function tick(): void {
  tickedAt = performance.now();
  hasChanged = false;
  second.value = link.now();
  if (second.value - slow.value < slowMs) return;
  slow.value = second.value;
  payAll();
}

function payAll(): void {
  for (const part of owed) partSignal(part).value += 1;
  owed.clear();
}

/** The last event that the gateway had told when it handed out this page; null once that is past. */
function toldBefore(): number | null {
  const said = document.querySelector<HTMLMetaElement>('meta[name="jari-events"]');
  said?.remove();
  return said === null ? null : Number(said.content);
}

function touch(what: Touched): void {
  touched.add(what);
  // A space is drawn by itself in a plan, and as one of many in a list.
  if (what.startsWith('space:')) touched.add(`spaces:${what.slice(6, what.lastIndexOf('/'))}`);
  if (frameAsked) return;
  frameAsked = true;
  requestAnimationFrame(flush);
}

function flush(): void {
  frameAsked = false;
  const now = [...touched];
  touched.clear();
  batch(() => {
    if (now.includes('all')) everything.value += 1;
    else for (const part of now) tellPart(part);
    if (performance.now() - tickedAt >= togetherMs) tick();
    else hasChanged = true;
  });
}

function tellPart(part: string): void {
  if (far.has(part)) owed.add(part);
  else partSignal(part).value += 1;
}

function partSignal(part: string): Signal<number> {
  const known = parts.get(part);
  if (known !== undefined) return known;
  const made = signal(0);
  parts.set(part, made);
  return made;
}
