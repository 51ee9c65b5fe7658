import type { PushItem } from '../../contract/http/notices.ts';
import type { Language } from '../text/text.ts';
import { isRefused } from './answer.ts';
import { ask } from './api.ts';

/**
 * Push to this browser.
 *
 * | state | |
 * |---|---|
 * | insecure | the page came without TLS, or by a certificate that the browser does not trust: no browser pushes then |
 * | no-browser | the browser cannot; on an iPhone only a page that was put on the home screen can |
 * | closed | the site is closed: phones trust no certificate of it, or reach no push service |
 * | not-offered | the gateway does not push |
 * | other | this browser pushes to somebody else, until who is signed in asks for it |
 * | denied | the person said no, and only the browser's settings take that back |
 */
export type PushState =
  | 'closed'
  | 'insecure'
  | 'no-browser'
  | 'not-offered'
  | 'denied'
  | 'other'
  | 'off'
  | 'on'
  | 'failed';

export const worker = '/push-worker.js';
const path = '/api/v1/push/subscriptions';

/** How it stands. A subscription that is there is sent again: browsers renew them without a word. */
export async function lookAtPush(language: Language): Promise<PushState> {
  const offered = await ask<PushItem>('GET', '/api/v1/push');
  if (offered.ok && offered.body.mode === 'closed') return 'closed';
  const cannot = whyNot();
  if (cannot !== null) return cannot;
  if (!offered.ok || offered.body.publicKey === null) return 'not-offered';
  if (Notification.permission === 'denied') return 'denied';
  const registration = await navigator.serviceWorker.getRegistration('/');
  const subscription = (await registration?.pushManager.getSubscription()) ?? null;
  if (subscription === null) return 'off';
  return send(subscription, language);
}

/** A subscription that is there is sent at each opening of any page; nothing is asked where there is none. */
export async function resendSubscription(language: Language): Promise<void> {
  if (whyNot() !== null) return;
  const registration = await navigator.serviceWorker.getRegistration('/');
  const subscription = (await registration?.pushManager.getSubscription()) ?? null;
  if (subscription !== null) await send(subscription, language);
  // Where the worker could not take the last probe away.
  for (const one of (await registration?.getNotifications({ tag: 'push-probe' })) ?? []) one.close();
}

/** Asks the person, which browsers allow in answer to a tap alone. */
export async function turnPushOn(language: Language): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const offered = await ask<PushItem>('GET', '/api/v1/push');
  if (!offered.ok || offered.body.publicKey === null) return 'not-offered';
  try {
    await navigator.serviceWorker.register(worker);
    const { pushManager } = await navigator.serviceWorker.ready;
    const of = { userVisibleOnly: true, applicationServerKey: offered.body.publicKey };
    return await send(await pushManager.subscribe(of), language, true);
  } catch {
    // No push service can be reached from here.
    return 'failed';
  }
}

export async function turnPushOff(): Promise<PushState> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  const subscription = (await registration?.pushManager.getSubscription()) ?? null;
  if (subscription === null) return 'off';
  await ask('DELETE', `${path}?endpoint=${encodeURIComponent(subscription.endpoint)}`);
  await subscription.unsubscribe();
  return 'off';
}

function whyNot(): PushState | null {
  if (!isSecureContext) return 'insecure';
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window ? null : 'no-browser';
}

/** `take`: the person asks for it, so it is theirs from now on. */
async function send(subscription: PushSubscription, language: Language, take = false): Promise<PushState> {
  const { endpoint, keys } = subscription.toJSON();
  const sent = await ask('POST', path, { endpoint, keys, language, ...(take && { take }) });
  if (isRefused(sent, 'push-of-another')) return 'other';
  return sent.ok ? 'on' : 'failed';
}
