import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { chunksOf, filesOfPages } from './chunks.ts';
import { firstLists } from './gateway/first-lists.ts';
import { pageTable } from './ui/page-table.ts';

/**
 * Builds the pages into `web/dist`: the HTML files, and their scripts and styles beside them under names that change with
 * their content. Each text has its gzip beside it, and `pages.json` says which files and lists a page asks for first. The
 * folder changes in one step, so that a gateway that starts meanwhile finds the old pages or the new ones.
 */

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = join(root, 'dist');
const packed: readonly string[] = ['.html', '.js', '.css', '.svg'];

const startedAt = new Date();
const fresh = mkdtempSync(join(root, 'dist-'));
// The gateway may run as somebody else.
chmodSync(fresh, 0o755);
try {
  const built = await build({
    configFile: false,
    root,
    base: '/web/',
    logLevel: 'warn',
    // Also where NODE_ENV says test: the development form names the folders of this machine in every element.
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
    build: {
      // three.js, which comes when a building is first looked at in three dimensions.
      chunkSizeWarningLimit: 600,
      outDir: fresh,
      assetsDir: '',
      emptyOutDir: true,
      target: 'es2023',
      // The pages' own policy lets no script into the HTML and no picture into a style.
      modulePreload: { polyfill: false },
      cssCodeSplit: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        output: { codeSplitting: { groups: [{ debugName: 'start', name: chunksOf(join(root, 'main.tsx')) }] } },
        input: readdirSync(root).flatMap((name) => (name.endsWith('.html') ? [join(root, name)] : [])),
      },
    },
  });
  const pages = filesOfPages(
    pageTable,
    [built].flat().flatMap((one) => ('output' in one ? one.output : [])),
  );
  writeFileSync(join(fresh, 'pages.json'), JSON.stringify({ pages, lists: Object.values(firstLists) }));
  for (const name of readdirSync(fresh)) {
    if (packed.includes(extname(name)))
      writeFileSync(join(fresh, `${name}.gz`), gzipSync(readFileSync(join(fresh, name)), { level: 9 }));
  }
  // What was changed while it was built counts as newer.
  utimesSync(join(fresh, 'index.html'), startedAt, startedAt);
  putInPlace();
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

/** Another build may have put its own in place meanwhile: that one goes. */
function putInPlace(): void {
  const old = `${fresh}-old`;
  for (;;) {
    try {
      renameSync(dist, old);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
    rmSync(old, { recursive: true, force: true });
    try {
      renameSync(fresh, dist);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')))
        throw error;
    }
  }
}
