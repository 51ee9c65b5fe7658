import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** The browser that the pages are looked at with. Waits are its own: a real one is the subject. */

const launchArgs = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A quarter of what opening a page costs is for these.
  '--disable-software-rasterizer',
  '--disable-extensions',
  '--disable-component-extensions-with-background-pages',
  // Each window loads two hidden pages for its address bar, which nobody sees.
  '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
];

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: launchArgs });

/**
 * What a page may not do: throw, or say something is wrong. A browser writes every refusal to its console by itself: those
 * of services that the gateway of a test does not have are always let pass.
 */
export function noteTroubles(page: Page, troubles: string[], but: RegExp = /401/): void {
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error' || but.test(message.text())) return;
    const { url } = message.location();
    if (!/\/api\/v1\/(alerts|lots|maintenance)\b/.test(url)) troubles.push(`${message.text()} ${url}`);
  });
}

export async function see(page: Page, selector: string, want: string | RegExp): Promise<void> {
  const poll = expect.poll(() => page.locator(selector).first().textContent());
  await (typeof want === 'string' ? poll.toBe(want) : poll.toMatch(want));
}

/** Opens the menu of the person signed in. */
export async function openAccount(page: Page): Promise<void> {
  await page.locator('#account > summary').click();
}
