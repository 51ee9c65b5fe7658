import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../contract/clock.ts';
import { silentLog } from '../../gateway/log.ts';
import { ContactTable } from '../../gateway/notify/contact-table.ts';
import { NoticeTable } from '../../gateway/notify/notice-table.ts';
import { Store } from '../../gateway/store/store.ts';
import { makeBrowser, openPush } from '../gateway/notify/open-push.ts';

/** A push service of this machine: what each subscriber was sent, opened as a browser would. Some of its ports hang. */
export class PushServices {
  readonly browser = makeBrowser();
  /** By subscriber: the token of each message, and when it came (ms of performance.now). */
  readonly got = new Map<string, { token: string; at: number }[]>();
  /** Called with each message, before it is answered. */
  onMessage: () => void = () => {};
  readonly #servers: ReturnType<typeof createServer>[] = [];

  /** The result is where to subscribe. */
  async listen(how: 'answers' | 'hangs'): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (how === 'hangs') return;
        const { notification } = JSON.parse(openPush(this.browser, Buffer.concat(chunks)));
        const name = request.url?.slice(1) ?? '';
        this.got.set(name, [
          ...(this.got.get(name) ?? []),
          { token: notification.data.receipt, at: performance.now() },
        ]);
        this.onMessage();
        response.writeHead(201).end();
      });
    });
    this.#servers.push(server);
    // Killed children leave half a request behind.
    server.on('clientError', (_error, socket) => socket.destroy());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }
}

/** Subscribers and, unless it is to come of a reading, one notice of life safety to all of them, in a folder of their own. */
export function fill(dir: string, endpoints: readonly string[], withNotice = true): void {
  const store = Store.open({ dir, clock: systemClock, log: silentLog });
  const [notices, contacts] = [new NoticeTable(store.db), new ContactTable(store.db)];
  store.commit(() => {
    endpoints.forEach((address, n) => {
      contacts.put({ person: `resident-${n}`, channel: 'push', address, language: 'ko' }, systemClock.now());
    });
    if (!withNotice) return;
    notices.add({
      ...{ key: 'fire-1/1/resident', part: 'alerts', site: 'saesol', building: 'hanbit', alert: 'fire-1' },
      ...{ audience: { role: 'resident', step: 0 }, reason: 'raised', urgency: 'life-safety' },
      payload: { title: { ko: '화재', en: 'Fire' }, text: { ko: '계단으로 나가세요', en: 'Leave by the stairs' } },
      created: systemClock.now(),
    });
  });
  store.close();
}

/** `begunAt`: by this process's performance.now. `rss` in MB; `cpuMs` of the process that tells, since it began. */
export type Told = { readonly begunAt: number; readonly ms: number; readonly rss: number; readonly cpuMs: number };

/** When a process that tells is killed: with its so many-th message, or after a time. null: never. */
export type Kill = { readonly messages: number } | { readonly ms: number } | null;

/** One life of the process that tells; null when it was killed. */
export async function live(dir: string, services: PushServices, kill: Kill, what = ''): Promise<Told | null> {
  const { p256dh, auth } = services.browser.keys;
  const file = fileURLToPath(new URL('notify-child.ts', import.meta.url));
  const child = spawn(process.execPath, [file, dir, p256dh, auth, '127.0.0.1', what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let [said, begunAt] = ['', 0];
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (begunAt > 0 || !said.includes('begun')) return;
    begunAt = Number(/begun (\d+)/.exec(said)?.[1]) - performance.timeOrigin;
    if (kill !== null && 'ms' in kill) setTimeout(() => child.kill('SIGKILL'), kill.ms);
  });
  let messages = 0;
  services.onMessage = () => {
    messages += 1;
    if (kill !== null && 'messages' in kill && messages === kill.messages) child.kill('SIGKILL');
  };
  await once(child, 'exit');
  const [, ms, rss, cpuMs] = /done (\d+) (\d+) (\d+)/.exec(said) ?? [];
  return ms === undefined ? null : { begunAt, ms: Number(ms), rss: Number(rss), cpuMs: Number(cpuMs) };
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
}
