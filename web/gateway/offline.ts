import type { PushItem } from '../../contract/http/notices.ts';
import { ask } from './api.ts';
import { worker } from './push.ts';

/**
 * Asks the pages' worker to keep this page for when the gateway cannot be reached: its HTML, which holds nothing of anybody,
 * and the scripts, styles and guidelines that were loaded. Not where the site is closed, whose certificate no phone trusts.
 */
export async function keepPages(pages: readonly string[]): Promise<void> {
  if (!isSecureContext || !('serviceWorker' in navigator)) return;
  const offered = await ask<PushItem>('GET', '/api/v1/push');
  if (!offered.ok || offered.body.mode === 'closed') return;
  try {
    await navigator.serviceWorker.register(worker);
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage({ keep: { pages, files: files() } });
  } catch {
    // The page works without it while the gateway answers.
  }
}

function files(): string[] {
  const loaded = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
  const own = loaded.filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith('/web/'));
  return [...new Set(own.map(({ pathname }) => pathname))];
}
