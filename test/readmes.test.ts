import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './needs.ts';

/** What READMEs promise: each larger folder has one that names where to enter, and every file that is named exists. */

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
const files = listed
  .toString()
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const isThere = new Set(files);
const readmes = files.filter((file) => basename(file) === 'README.md');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

const code = /\.tsx?$/;
const codeIn = Map.groupBy(
  files.filter((file) => code.test(file)),
  (file) => dirname(file),
);

/** Tests mirror the sources, which say where to enter. */
const isSource = (folder: string) => folder !== 'test' && !folder.startsWith('test/');

/** File names in backticks: those of sources, and paths with a folder in them. `NAME.yaml` stands for any name. */
function namedIn(readme: string): string[] {
  const ticked = [...textOf(readme).matchAll(/`([^`\s]+)`/g)].flatMap(([, word]) => word ?? []);
  const isFile = (word: string) =>
    /^(?:\.\.\/|\.\/)*[\w.-]+\.tsx?$/.test(word) || /^[\w.@/-]+\/[\w.-]+\.(?:tsx?|md|ya?ml|sh|css)$/.test(word);
  return ticked.filter((word) => isFile(word) && !/\/[A-Z]+\.\w+$/.test(word.replace('README.md', 'readme.md')));
}

/** From the README's folder, from the top, or for a bare name anywhere below the README. */
function exists(readme: string, name: string): boolean {
  const folder = dirname(readme);
  if (isThere.has(normalize(join(folder, name))) || isThere.has(normalize(name))) return true;
  const below = folder === '.' ? '' : `${folder}/`;
  return !name.includes('/') && files.some((file) => file.startsWith(below) && basename(file) === name);
}

test('a folder of five source files or more has a README that names one of them', () => {
  const missing = [...codeIn].filter(([folder, own]) => {
    if (own.length < 5 || !isSource(folder)) return false;
    const readme = `${folder}/README.md`;
    return !isThere.has(readme) || !namedIn(readme).some((name) => isThere.has(normalize(join(folder, name))));
  });
  expect(missing.map(([folder]) => folder)).toEqual([]);
});

test('every file that a README names exists', () => {
  const wrong = readmes.flatMap((readme) =>
    namedIn(readme)
      .filter((name) => !exists(readme, name))
      .map((name) => `${readme}: ${name}`),
  );
  expect(wrong).toEqual([]);
});

test('every link of a README leads to a file or folder of the repository', () => {
  const wrong = readmes.flatMap((readme) =>
    [...textOf(readme).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
      .flatMap(([, link]) => link ?? [])
      .filter((link) => !/^(?:https?|mailto):/.test(link) && !existsSync(join(root, dirname(readme), link)))
      .map((link) => `${readme}: ${link}`),
  );
  expect(wrong).toEqual([]);
});

test('no source or README cites a page that is not in the repository', () => {
  const pages = new Set(files.filter((file) => file.endsWith('.md')).map((file) => basename(file)));
  const wrong = files
    .filter((file) => (code.test(file) && isSource(dirname(file))) || basename(file) === 'README.md')
    .flatMap((file) =>
      [...textOf(file).matchAll(/\b[\w-]+\.md\b/g)]
        .filter(([page]) => !pages.has(page))
        .map(([page]) => `${file}: ${page}`),
    );
  expect(wrong).toEqual([]);
});
