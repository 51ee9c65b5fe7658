import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './needs.ts';

/** Who may import whom, as the design fixes it. A folder may always import itself. */
const mayImport: Record<string, readonly string[]> = {
  contract: [],
  devices: ['contract'],
  rules: ['contract'],
  config: ['contract', 'devices', 'rules'],
  // Where a program works while its disk fails.
  disk: [],
  // The version that an agent or a gateway says it is stands in package.json.
  edge: ['contract', 'devices', 'rules', 'config', 'disk', 'package.json'],
  gateway: ['contract', 'rules', 'config', 'disk', 'package.json'],
  // The tier above gateways: it knows them by the contract alone.
  city: ['contract', 'disk', 'package.json'],
  simulators: ['contract', 'devices', 'config'],
  web: ['contract'],
  systemd: ['contract'],
  // Around a program of any version: it knows its own files, and is handed what the databases need.
  upgrade: ['contract', 'systemd'],
  'jari.ts': ['contract', 'devices', 'config', 'edge', 'gateway', 'city', 'simulators', 'systemd', 'upgrade'],
};

/**
 * Who may import whom inside gateway/, by the longest prefix that fits, types included; a folder may import itself. Each
 * floor leans on those below it. A service never imports another: what one tells the other goes through the commit.
 */
const inGateway: Record<string, readonly string[]> = {
  'gateway/log': [],
  'gateway/each': [],
  'gateway/permissions': [],
  'gateway/listen-error': [],
  'gateway/upgrade-standing': [],
  'gateway/data-folder': [],
  'gateway/guidelines': [],
  'gateway/store': ['log'],
  'gateway/audit': ['store', 'log', 'each'],
  'gateway/state': ['store'],
  'gateway/accounts': ['audit', 'store', 'data-folder', 'permissions', 'log'],
  'gateway/ca': ['audit', 'store', 'data-folder', 'log'],
  'gateway/commit': ['audit', 'state', 'store', 'log'],
  // Notices are written by the services, as rows of their own transaction.
  'gateway/notify/notice': ['store'],
  'gateway/ingest': ['commit', 'state', 'store', 'log'],
  'gateway/alerts': ['commit', 'state', 'store', 'audit', 'log', 'guidelines', 'notify/notice'],
  'gateway/parking': ['commit', 'state', 'store', 'audit', 'log', 'notify/notice'],
  'gateway/commands': ['commit', 'state', 'store', 'audit', 'log'],
  'gateway/forecast': ['commit', 'state', 'store', 'audit', 'log'],
  'gateway/notify': [
    'notify/notice',
    'alerts',
    'parking',
    'accounts',
    'commit',
    'store',
    'audit',
    'guidelines',
    'log',
    'each',
    'data-folder',
  ],
  // Follows one beat through all of them.
  'gateway/chain': ['alerts', 'notify', 'notify/notice', 'commit', 'store', 'log', 'each'],
  // People's words on alerts, and who of them was reached.
  'gateway/answers': ['alerts', 'notify', 'notify/notice', 'accounts', 'commit', 'store', 'audit', 'log'],
  'gateway/retention': ['store', 'log'],
  // Which site file runs, here and at the agents.
  'gateway/configuration': ['ca', 'audit', 'store', 'data-folder', 'log', 'each'],
  'gateway/needs': ['backup', 'configuration', 'retention'],
  // Copies of all of it, and a drill that plays messages into an empty store.
  'gateway/backup': ['store', 'audit', 'ca', 'state', 'commit', 'ingest', 'data-folder', 'log', 'each'],
  'gateway/feeds': ['alerts', 'parking', 'commit', 'store', 'guidelines', 'log'],
  // What is handed on to a city.
  'gateway/city': ['alerts', 'parking', 'feeds', 'commit', 'state', 'store', 'audit', 'log', 'each'],
  // What other people's systems are told of readings.
  'gateway/bridges': ['commit', 'state', 'store', 'log', 'each'],
  'gateway/addresses': ['ca', 'data-folder', 'listen-error'],
  'gateway/mqtt': ['ingest', 'accounts', 'ca', 'state', 'permissions', 'listen-error', 'log'],
  'gateway/http': [
    ...[
      'commands',
      'alerts',
      'answers',
      'backup',
      'configuration',
      'retention',
      'chain',
      'parking',
      'forecast',
      'notify',
      'feeds',
      'guidelines',
      'commit',
      'accounts',
      'audit',
      'state',
    ],
    ...['store', 'permissions', 'listen-error', 'log'],
  ],
  'gateway/control': [
    'accounts',
    'audit',
    'backup',
    'ca',
    'configuration',
    'commit',
    'parking',
    'alerts',
    'data-folder',
    'permissions',
    'log',
  ],
  // Wiring, and the commands, which nobody imports.
  'gateway/services': ['*'],
  'gateway/gateway': ['*'],
  'gateway/cli': ['*'],
};

/**
 * The commands of the ladder stand beside the agent: they use its wires and nothing else of it, and the agent knows nothing
 * of them.
 */
const onTheLadder = 'edge/commissioning/';
const ladderMayImport = ['edge/bus/', 'edge/writing/', 'edge/box/ports-file.ts', 'edge/log.ts'];

/** Files of services that decide and nothing else: no store, no clock, no I/O. The rest of a service has these names. */
const notPure =
  /(^|\/)([a-z-]*-tables?|service|alerts|parking|reservations|forecast|analyst|analyst-worker|hour-reader|participant)\.ts$/;
const pureServices = [
  'gateway/alerts/',
  'gateway/parking/',
  'gateway/forecast/',
  'gateway/guidelines/',
  'gateway/feeds/',
];

/** contract/ is what other programs could take over: it leans on zod and nothing else. */
const contractPackages = ['zod'];
/** Folders that promise to touch nothing: no file, socket, process or clock of their own. */
const pureFolders = ['devices', 'rules'];

type Source = { file: string; text: string };
type Import = { from: string; to: string; typeOnly: boolean };

describe('the folders', () => {
  const sources = readSources();

  test('import only what the design lets them', () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(breaches(sources)).toEqual([]);
  });

  test('have no import cycles between files', () => {
    expect(cycles(sources)).toEqual([]);
  });

  test.each([
    ['edge into gateway', { file: 'edge/x.ts', text: "import { Store } from '../gateway/store.ts';" }],
    ['gateway into edge, lazily', { file: 'gateway/x.ts', text: "await import('../edge/agent.ts');" }],
    [
      'simulators into gateway, by type',
      { file: 'simulators/x.ts', text: "import type { A } from '../gateway/a.ts';" },
    ],
    ['gateway into devices', { file: 'gateway/x.ts', text: "export * from '../devices/plan.ts';" }],
    [
      'web into contract for more than types',
      { file: 'web/x.ts', text: "import { topics } from '../contract/topics.ts';" },
    ],
    ['words into more than types', { file: 'contract/words/x.ts', text: "import { roles } from '../roles.ts';" }],
    ['words into a package', { file: 'contract/words/x.ts', text: "import { z } from 'zod';" }],
    ['contract into another package', { file: 'contract/x.ts', text: "import pino from 'pino';" }],
    ['devices into the file system', { file: 'devices/x.ts', text: "import { readFileSync } from 'node:fs';" }],
    ['the agent into the ladder', { file: 'edge/agent.ts', text: "import { scan } from './commissioning/scan.ts';" }],
    ['the ladder into the outbox', { file: 'edge/commissioning/x.ts', text: "import '../outbox/outbox.ts';" }],
    ['city into gateway', { file: 'city/x.ts', text: "import type { Store } from '../gateway/store/store.ts';" }],
    ['gateway into city', { file: 'gateway/x.ts', text: "import '../city/worker.ts';" }],
    ['code into tests', { file: 'edge/x.ts', text: "import { root } from '../test/needs.ts';" }],
  ])('would be caught: %s', (_name, planted) => {
    expect(breaches([planted])).toHaveLength(1);
  });

  test.each(Object.entries(inGateway).filter(([, to]) => !to.includes('*')))(
    'would be caught: %s into a folder above it or beside it',
    (from) => {
      const to = from === 'gateway/cli' ? 'gateway' : 'cli';
      const depth = '../'.repeat(from.split('/').length - 1);
      const file = from.startsWith('gateway/notify/notice') ? 'gateway/notify/notice.ts' : `${from}/x.ts`;
      const up = '../'.repeat(file.split('/').length - 2);
      expect(depth.length).toBeGreaterThan(0);
      expect(breaches([{ file, text: `import type { X } from '${up}${to}/x.ts';` }])).toHaveLength(1);
    },
  );

  test.each([
    ['alerts into parking', 'gateway/alerts/x.ts', "import type { A } from '../parking/occupancy.ts';"],
    ['parking into alerts', 'gateway/parking/x.ts', "import type { A } from '../alerts/alert.ts';"],
    ['a deciding file into the store', 'gateway/parking/stays.ts', "import { Store } from '../store/store.ts';"],
    ['a deciding file into the file system', 'gateway/alerts/life-cycle.ts', "import { readFileSync } from 'node:fs';"],
  ])('would be caught: %s', (_name, file, text) => {
    expect(breaches([{ file, text }])).toHaveLength(1);
  });

  test('would be caught: a cycle of types', () => {
    const file = (name: string, to: string) => ({
      file: `edge/${name}.ts`,
      text: `import type { X } from './${to}.ts';`,
    });
    expect(cycles([file('a', 'b'), file('b', 'a')])).not.toEqual([]);
  });

  test('would be caught: a cycle of three files', () => {
    const file = (name: string, to: string) => ({ file: `edge/${name}.ts`, text: `import { x } from './${to}.ts';` });
    expect(cycles([file('a', 'b'), file('b', 'c'), file('c', 'a')])).not.toEqual([]);
  });
});

function readSources(): Source[] {
  const files = [...Object.keys(mayImport)].flatMap((entry) => (entry.endsWith('.ts') ? [entry] : list(entry)));
  return files.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}

function list(folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name));
  } catch {
    return []; // a folder of the design that no issue has asked for yet
  }
}

/** Static, re-exporting and dynamic imports, `import('…')` types included. */
function importsOf({ file, text }: Source): Import[] {
  const found: Import[] = [];
  const statement =
    /^\s*(import|export)\s+(type\s)?[^'";]*?from\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;
  for (const match of text.matchAll(statement)) {
    const to = match[3] ?? match[4] ?? match[5];
    if (to !== undefined) found.push({ from: file, to, typeOnly: match[2] !== undefined });
  }
  return found;
}

function breaches(sources: readonly Source[]): string[] {
  return sources.flatMap(importsOf).flatMap((edge) => {
    const why = breach(edge);
    return why === undefined ? [] : [`${edge.from} → ${edge.to}: ${why}`];
  });
}

function breach({ from, to, typeOnly }: Import): string | undefined {
  const home = folderOf(from);
  if (!to.startsWith('.')) {
    if (isWords(from)) return 'words import types, and other words';
    if (home === 'contract' && !contractPackages.includes(to)) return 'contract/ imports only zod';
    if (pureFolders.includes(home) && to.startsWith('node:')) return `${home}/ does no I/O`;
    if (isDeciding(from) && isImpure(to)) return 'a file that only decides does no I/O';
    return undefined;
  }
  const path = relative(root, join(root, dirname(from), to));
  const target = folderOf(path);
  if (home === 'gateway' && target === 'gateway') return inner(from, path);
  if (home === 'edge' && target === 'edge') return beside(from, path);
  if (isWords(from) && !typeOnly && !isWords(path)) return 'words import types, and other words';
  if (target === home) return undefined;
  if (!(mayImport[home] ?? []).includes(target)) return `${home} may not import ${target}`;
  // Words stand once, for the gateway and the pages; anything else would bring zod into every page.
  return home === 'web' && !typeOnly && !isWords(path) ? 'web/ takes types and words alone from contract/' : undefined;
}

function isWords(file: string): boolean {
  return file.startsWith('contract/words/');
}

/** Within edge/. */
function beside(from: string, to: string): string | undefined {
  const [isFrom, isTo] = [from.startsWith(onTheLadder), to.startsWith(onTheLadder)];
  if (!isFrom && isTo) return 'the agent needs nothing of the commands of the ladder';
  if (!isFrom || isTo || ladderMayImport.some((path) => to.startsWith(path))) return undefined;
  return `${onTheLadder} uses the wires of the agent, and not ${to}`;
}

/** Within gateway/. */
function inner(from: string, to: string): string | undefined {
  const [home, target] = [floorOf(from), floorOf(to)];
  if (home === undefined) return `${from} is on no floor: give its folder a row`;
  const allowed = inGateway[home] ?? [];
  if (isDeciding(from) && /^gateway\/(store|data-folder)\//.test(to)) return 'a file that only decides asks no store';
  if (home === target || allowed.includes('*')) return undefined;
  return allowed.some((name) => target === `gateway/${name}`) ? undefined : `${home} may not import ${target ?? to}`;
}

/** Hashes are pure; files, sockets and processes are not. */
function isImpure(module: string): boolean {
  return module.startsWith('node:') && module !== 'node:crypto';
}

function floorOf(file: string): string | undefined {
  const fits = Object.keys(inGateway).filter(
    (prefix) => file.startsWith(`${prefix}/`) || file === `${prefix}.ts` || file.startsWith(`${prefix}-`),
  );
  return fits.sort((a, b) => b.length - a.length)[0];
}

function isDeciding(file: string): boolean {
  return pureServices.some((folder) => file.startsWith(folder)) && !notPure.test(file);
}

function folderOf(file: string): string {
  return file.split('/')[0] ?? file;
}

function cycles(sources: readonly Source[]): string[] {
  const graph = new Map(
    sources.map((source) => [
      source.file,
      importsOf(source)
        .filter(({ to }) => to.startsWith('.'))
        .map(({ to }) => relative(root, join(root, dirname(source.file), to))),
    ]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}
