import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

/** Folders of the program's sources. */
export const sources: readonly string[] = [
  'contract',
  'devices',
  'rules',
  'config',
  'edge',
  'gateway',
  'simulators',
  'systemd',
  'disk',
  'upgrade',
  'city',
];

/** A thread is started by the place of its entry beside who starts it. */
const threadAt = /new URL\('(\.\/[\w-]+)\.ts', import\.meta\.url\)/g;

/** The program's entry and those of its threads. Each is a file of its own; what several use is in chunks beside the first. */
export function entriesOf(root: string): readonly string[] {
  const threads = sources
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
    .flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(threadAt)].map(([, name]) =>
        join(dirname(file), `${name}.ts`),
      ),
    );
  return ['jari.ts', ...new Set(threads)].toSorted();
}

/** What cannot be one file: packages that load a native addon from beside themselves. They are copied as they are. */
export const external: readonly string[] = ['better-sqlite3', '@serialport/bindings-cpp'];

/** What a command asks for that says by itself where it is missing: it stays in the checkout. */
const leftOut: readonly string[] = ['web-ifc'];

/**
 * Bundles the program of the checkout `root` into `out`: plain JavaScript, no types left to strip, each file at the place
 * that the source has. `manifest`: what the program takes for its package.json. Returns the npm packages that went in, as
 * folders below `root`.
 */
export async function bundle(root: string, out: string, manifest: string): Promise<readonly string[]> {
  const entries = entriesOf(root);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...entries],
    outdir: out,
    outbase: root,
    bundle: true,
    splitting: true,
    // A checkout whose node_modules is a link gives the same files.
    preserveSymlinks: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: [...external, ...leftOut],
    chunkNames: 'chunk-[hash]',
    // Packages in CommonJS ask for node:… by require.
    banner: { js: "const require=process.getBuiltinModule('module').createRequire(import.meta.url);" },
    minifySyntax: true,
    minifyWhitespace: true,
    // Node's own streams in place of a copy of older ones that three packages bring.
    define: { 'process.env.READABLE_STREAM': '"disable"' },
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
    plugins: [ownPlaces(root, entries), ownManifest(root, manifest), oneLocale(), withoutUnused(), plainBuiltins()],
  });
  const hidden = namelessImports(metafile);
  if (hidden.length > 0) throw new Error(hidden.join('\n'));
  return packagesIn(metafile);
}

/**
 * A package in CommonJS that is imported lazily: its names are known only when it runs, so the chunk has a default export
 * and none of them, where Node would have found them.
 */
function namelessImports({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs).flatMap(({ entryPoint, exports }) =>
    entryPoint?.includes('node_modules/') && exports.length === 1 && exports[0] === 'default'
      ? [`${entryPoint}: is CommonJS; import it from a module of our own that names what is used, and that one lazily`]
      : [],
  );
}

/**
 * `import.meta.url` of a source is that of its place in the checkout: data is found beside it and threads are started from
 * there. In the bundle it becomes the same place below the folder of the entry, in which all chunks lie.
 */
function ownPlaces(root: string, entries: readonly string[]): Plugin {
  return {
    name: 'own-places',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        if (path.includes('/node_modules/') || !text.includes('import.meta.url')) return undefined;
        const place = relative(root, path).replace(/\.ts$/, '.js');
        if (entries.includes(relative(root, path)) && place.includes('/'))
          throw new Error(
            `${place}: a thread's entry is not beside the chunks, so it has no place of its own to ask for`,
          );
        const contents = text
          .replace(threadAt, "new URL('$1.js', import.meta.url)")
          .replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`);
        return { contents, loader: 'ts', resolveDir: dirname(path) };
      });
    },
  };
}

/** The program says its version by its package.json: that of the package, which may be built as another than the checkout's. */
export function ownManifest(root: string, manifest: string): Plugin {
  return {
    name: 'own-manifest',
    setup({ onLoad }) {
      onLoad({ filter: /\/package\.json$/ }, ({ path }) =>
        path === join(root, 'package.json') ? { contents: manifest, loader: 'json' } : undefined,
      );
    },
  };
}

/** zod carries its messages in 64 languages, and would load all of them. The program uses none but the English ones. */
export function oneLocale(): Plugin {
  return {
    name: 'one-locale',
    setup({ onLoad }) {
      onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
        contents: 'export { default as en } from "./en.js";',
        loader: 'js',
        resolveDir: dirname(path),
      }));
    },
  };
}

/** What packages load with themselves for something that the program never asks of them. */
const notUsed: readonly { readonly by: string; readonly what: readonly string[] }[] = [
  // WebSocket and SOCKS: we connect by TCP and TLS alone.
  { by: '/node_modules/mqtt/', what: ['ws', 'socks'] },
  // HTTP/2, and compilers of JSON schemas in place of which it is given those of zod: 5 MB and 30 ms of every start, and 3 MB of text.
  {
    by: '/node_modules/fastify/',
    what: ['node:http2', '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
  },
  // Commands that are programs of their own: 30 ms of CPU at every start.
  { by: '/node_modules/commander/', what: ['node:child_process'] },
];

export function withoutUnused(): Plugin {
  return {
    name: 'without-unused',
    setup({ onResolve, onLoad }) {
      const names = new RegExp(`^(${[...new Set(notUsed.flatMap(({ what }) => what))].join('|')})$`);
      onResolve({ filter: names }, ({ path, importer }) =>
        notUsed.some(({ by, what }) => importer.includes(by) && what.includes(path))
          ? { path, namespace: 'not-used' }
          : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'not-used' }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
    },
  };
}

/**
 * An import of `node:http` reads all its names at once, those of a browser's WebSocket among them, and each of these loads
 * Node's own client of HTTP: 6 MB of memory of its own and 13 MB resident. Asked for as an object, only what is used is loaded.
 */
export function plainBuiltins(): Plugin {
  const namespace = 'builtin';
  return {
    name: 'plain-builtins',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:/ }, ({ path, kind }) =>
        kind === 'import-statement' ? { path, namespace } : undefined,
      );
      onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: builtinModule(path), loader: 'js' }));
    },
  };
}

/** Its names, each left out of the bundle where it is not used. */
function builtinModule(name: string): string {
  const names = Object.keys(process.getBuiltinModule(name) ?? {}).filter((each) => /^[a-z]\w*$/i.test(each));
  return [
    `const all = process.getBuiltinModule(${JSON.stringify(name)});`,
    'const of = (name) => all[name];',
    'export default all;',
    ...names
      .filter((each) => each !== 'default')
      .map((each) => `export const ${each} = /* @__PURE__ */ of('${each}');`),
  ].join('\n');
}

/** Folders such as `node_modules/zod`, of all that is in the bundle, in order. */
function packagesIn({ outputs }: Metafile): readonly string[] {
  const folders = Object.values(outputs)
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].toSorted();
}
