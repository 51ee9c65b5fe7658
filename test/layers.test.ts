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
  // The version that an agent or a gateway says it is stands in package.json.
  edge: ['contract', 'devices', 'rules', 'config', 'package.json'],
  gateway: ['contract', 'rules', 'config', 'package.json'],
  simulators: ['contract', 'devices', 'config'],
  web: ['contract'],
  'jari.ts': ['contract', 'devices', 'config', 'edge', 'gateway', 'simulators'],
};

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
    ['contract into another package', { file: 'contract/x.ts', text: "import pino from 'pino';" }],
    ['devices into the file system', { file: 'devices/x.ts', text: "import { readFileSync } from 'node:fs';" }],
    ['code into tests', { file: 'edge/x.ts', text: "import { root } from '../test/needs.ts';" }],
  ])('would be caught: %s', (_name, planted) => {
    expect(breaches([planted])).toHaveLength(1);
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
    if (home === 'contract' && !contractPackages.includes(to)) return 'contract/ imports only zod';
    if (pureFolders.includes(home) && to.startsWith('node:')) return `${home}/ does no I/O`;
    return undefined;
  }
  const target = folderOf(relative(root, join(root, dirname(from), to)));
  if (target === home) return undefined;
  if (!(mayImport[home] ?? []).includes(target)) return `${home} may not import ${target}`;
  return home === 'web' && !typeOnly ? 'web/ takes types alone from contract/' : undefined;
}

function folderOf(file: string): string {
  return file.split('/')[0] ?? file;
}

function cycles(sources: readonly Source[]): string[] {
  const graph = new Map(
    sources.map((source) => [
      source.file,
      importsOf(source)
        .filter(({ to, typeOnly }) => to.startsWith('.') && !typeOnly)
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
