import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatProblem, loadSite } from '../config/load-site.ts';
import type { Site } from '../config/site.ts';
import { type Clock, systemClock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import { Demo, type DemoPlay } from './demo/demo.ts';
import { Family } from './demo/family.ts';
import { FolderLock } from './demo/folder-lock.ts';
import * as words from './demo/words.ts';
import { stopSignal } from './stop-signal.ts';

const here = fileURLToPath(import.meta.url);
const root = dirname(dirname(here));
/** In the package everything is JavaScript, and its folder is nobody's to write into. */
const isPackage = here.endsWith('.js');

/**
 * `jari demo [--scenario NAME] [--speed X]`: the whole demo site in one terminal, each part a process of its own started by its command line, until
 * SIGINT or SIGTERM. JARI_DEMO_SITE names another site file. State is in run/demo of the checkout (of the current folder for the package), or in JARI_DEMO_DIR.
 * @throws InputError when it cannot come up
 */
export async function runDemo(play: DemoPlay = {}, clock: Clock = systemClock): Promise<void> {
  const began = clock.monotonic();
  const stopped = stopSignal();
  // Who reads it may have gone (a pipe into head); the processes still want to be ended in order.
  process.stdout.on('error', () => {});
  const site = readSite(process.env.JARI_DEMO_SITE ?? join(root, 'config/sites/demo.yaml'));
  const dir = resolve(process.env.JARI_DEMO_DIR ?? (isPackage ? 'run/demo' : join(root, 'run/demo')));
  const lock = await FolderLock.acquire(dir);
  try {
    say(words.greeting(site));
    await runOn({ clock, began, site, dir, play, stopped });
  } finally {
    await lock.release();
  }
}

async function runOn(options: {
  clock: Clock;
  began: number;
  site: Site;
  dir: string;
  play: DemoPlay;
  stopped: Promise<unknown>;
}): Promise<void> {
  const { clock, began, site, dir, play, stopped } = options;
  const family = new Family(join(dir, 'processes'));
  const left = await family.endLeftovers(clock);
  if (left > 0) say(words.leftoversEnded(left));
  mkdirSync(join(dir, 'logs'), { recursive: true });
  for (const stale of ['demo.json', 'field/ports.json', 'gateway/listening.json'])
    rmSync(join(dir, stale), { force: true });
  const guard = family.guard();
  const demo = new Demo({
    clock,
    began,
    site,
    dir,
    play,
    family,
    program: [process.execPath, ...process.execArgv, join(root, isPackage ? 'jari.js' : 'jari.ts')],
    say,
  });
  try {
    // It never ends by itself once it is up; before that it fails with what is wrong.
    await Promise.race([demo.run(), stopped]);
  } finally {
    const asked = clock.monotonic();
    say(words.stopping());
    await demo.stop();
    guard.end();
    say(words.stopped((clock.monotonic() - asked) / 1000));
  }
}

function readSite(file: string): Site {
  const loaded = loadSite(file);
  if (!loaded.ok) throw new InputError(loaded.problems.map(formatProblem));
  return loaded.site;
}

function say(text: string): void {
  process.stdout.write(text);
}
