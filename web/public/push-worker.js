// Shows what the gateway pushes, always and at once: a push that shows nothing is taken for abuse, and in an emergency a
// banner that says little is worth more than none. The token of a notice is all that this worker knows.

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  const { title, ...options } = notificationOf(event);
  event.waitUntil(show(title, options));
  // Once something else is shown, and some seconds after the event is over: browsers count what is left of it when it ends.
  // Safari counts a notification that goes at once as none, so there it stays until the next one takes its place.
  if (event.notification === undefined) setTimeout(closeProbes, options.data.probe === true ? probeShownMs : 0);
});

const probeTag = 'push-probe';
const probeShownMs = 10_000;

/** A probe is received when it is shown: that is what it asks. An alert says at once that it is here. */
async function show(title, options) {
  const shown = self.registration.showNotification(title, options);
  if (options.data.probe === true) await shown;
  await Promise.allSettled([shown, receipt(options, 'received')]);
}

async function closeProbes() {
  for (const one of await self.registration.getNotifications({ tag: probeTag })) one.close();
}

// Browsers renew subscriptions by themselves; the gateway is told at once, not at the next opening of a page.
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(resubscribe(event)));

self.addEventListener('notificationclick', (event) => {
  const { notification } = event;
  notification.close();
  const { navigate = '/' } = notification.data ?? {};
  event.waitUntil(Promise.allSettled([open(navigate), receipt(notification, 'opened')]));
});

function notificationOf(event) {
  try {
    const { notification } = event.data.json();
    const { navigate, data, ...rest } = notification;
    if (typeof rest.title !== 'string' || rest.title === '') throw new TypeError('no title');
    return {
      ...rest,
      data: { ...data, navigate },
      icon: '/web/icon.svg',
      renotify: rest.tag !== undefined && !rest.silent,
    };
  } catch {
    return { title: '알림 / Notice', body: '건물 화면을 열어 확인하세요. Open the page of your building.', data: {} };
  }
}

/** Said without a session: the token is the proof. A network that is down now is no reason to show nothing. */
async function receipt({ data }, what) {
  if (typeof data?.receipt !== 'string') return;
  const body = JSON.stringify({ token: data.receipt, receipt: what });
  await fetch('/api/v1/receipts', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

async function resubscribe({ oldSubscription, newSubscription }) {
  const options = oldSubscription?.options;
  const subscription = newSubscription ?? (options && (await self.registration.pushManager.subscribe(options)));
  if (!subscription) return;
  const { endpoint, keys } = subscription.toJSON();
  const language = self.navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en';
  const body = JSON.stringify({ endpoint, keys, language });
  await fetch('/api/v1/push/subscriptions', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

/** A page of ours that is open already is shown; only pages of this gateway are opened at all. */
async function open(navigate) {
  const url = new URL(navigate, self.location.origin);
  const path = self.location.origin + url.pathname + url.search + url.hash;
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = windows.find((one) => one.url === path) ?? windows[0];
  if (there === undefined) return self.clients.openWindow(path);
  await there.focus();
  return there.url === path ? undefined : there.navigate(path);
}

// The page of a building opens without the gateway once it was opened: its HTML, which holds nothing of anybody, and its files. What
// the gateway says is never kept here, so no answer of before can pass for one of now.
const kept = 'jari-building';
/** Longer nobody stands before an empty page while a network is there that carries nothing. */
const patienceMs = 4000;

self.addEventListener('message', (event) => {
  const { keep } = event.data ?? {};
  if (keep !== undefined) event.waitUntil(keepAll(keep));
});

self.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== self.location.origin) return;
  if (mode === 'navigate') event.respondWith(pageOf(event.request, pathname));
  else if (pathname.startsWith('/web/')) event.respondWith(fileOf(event.request, pathname));
});

/** The files first: a page that is kept has all of its own. */
async function keepAll({ pages, files }) {
  const cache = await caches.open(kept);
  await Promise.all(files.map(async (file) => (await cache.match(file)) ?? cache.add(file)));
  for (const page of pages) {
    const answer = await fetch(page, { cache: 'no-cache', credentials: 'omit' });
    if (answer.ok) await cache.put(page, answer);
  }
  const all = new Set([...pages, ...files]);
  for (const { url } of await cache.keys()) if (!all.has(new URL(url).pathname)) await cache.delete(url);
}

async function pageOf(request, pathname) {
  const page = await caches.match(pathname, { cacheName: kept });
  if (page === undefined) return fetch(request);
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error('late')), patienceMs));
  try {
    const answer = await Promise.race([fetch(request), late]);
    return answer.status < 500 ? answer : page;
  } catch {
    return page;
  }
}

/** A name with a hash in it never means anything else. */
async function fileOf(request, pathname) {
  const file = await caches.match(pathname, { cacheName: kept });
  return file ?? fetch(request);
}
