import { signal } from '@preact/signals';

/** Where the reader is. The address holds all of it, so that a link shows a colleague the same. */
export type Route = { readonly path: string; readonly query: URLSearchParams };

export const route = signal<Route>(here());

/** The path that was pressed last, a moment before its page is drawn. */
export const heading = signal(route.peek().path);

/** What of an address goes along to the next page: language, colours, wall mode. */
const carried = ['lang', 'theme', 'view'] as const;

/** Follows links and the browser's own back and forward. Called once. */
export function startRouter(): void {
  addEventListener('popstate', follow);
  document.addEventListener('click', onClick);
}

/** The address of a page of ours. A value of null leaves its key out; what travels along is added. */
export function address(path: string, query: Readonly<Record<string, string | number | null>> = {}): string {
  const params = new URLSearchParams();
  for (const key of carried) {
    const value = route.peek().query.get(key);
    if (value !== null) params.set(key, value);
  }
  for (const [key, value] of Object.entries(query)) {
    if (value === null) params.delete(key);
    else params.set(key, String(value));
  }
  const search = params.toString();
  return search === '' ? path : `${path}?${search}`;
}

/** This page with other values in its query; null takes one out. */
export function addressHere(query: Readonly<Record<string, string | number | null>>): string {
  const { path, query: now } = route.peek();
  return address(path, { ...Object.fromEntries(now), ...query });
}

/**
 * Goes there. `replace` leaves no step to go back to: for a changed filter, not for another page. The press is answered
 * first, by its mark in the navigation: to draw a whole page takes a slow phone longer than anybody waits for an answer.
 * Another page begins at its top; on the same one, what was pressed stays under the finger.
 */
export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  const before = route.peek().path;
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  heading.value = here().path;
  afterPicture(() => {
    follow();
    if (how === 'push' && route.peek().path !== before) scrollTo({ top: 0, behavior: 'instant' });
  });
}

/** At once where nobody looks: no picture is drawn then. */
function afterPicture(fn: () => void): void {
  if (document.visibilityState === 'hidden') fn();
  else requestAnimationFrame(() => setTimeout(fn));
}

function follow(): void {
  route.value = here();
  heading.value = route.peek().path;
}

function here(): Route {
  return { path: decodePath(location.pathname), query: new URLSearchParams(location.search) };
}

function decodePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    // A broken escape is no address of ours; it leads to the page that says so.
    return path;
  }
}

/** A plain click on a link of ours changes the page without loading it; every other click is the browser's. */
function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.target !== '' || link.hasAttribute('download')) return;
  const to = new URL(link.href, location.href);
  if (to.origin !== location.origin || /^\/(api|feeds|web|metrics|healthz|ca\.crt)/.test(to.pathname)) return;
  if (to.hash !== '' && to.pathname === location.pathname) return;
  event.preventDefault();
  go(to.pathname + to.search + to.hash);
}
