/** Which modules go out together. A file each costs a slow phone some 20 ms before it shows anything, so few are better. */

type Modules = { getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null };

/** Shared by a few pages, and so small that a file of their own would cost more than it spares. */
const small =
  /\/(ui\/(seen|windowed|range|local-time)|pages\/alerts\/role-name|text\/reservations|words\/roles)\.tsx?$/;

/** Names the file of a module by what needs it: `main` for what every page needs, null where those that share it decide. */
export function chunksOf(start: string): (id: string, modules: Modules) => string | null {
  let ofStart: ReadonlySet<string> | undefined;
  return (id, modules) => {
    ofStart ??= reachedFrom(start, modules);
    return ofStart.has(id) || small.test(id) ? 'main' : null;
  };
}

function reachedFrom(start: string, modules: Modules): ReadonlySet<string> {
  const reached = new Set([start]);
  // A set may grow while it is gone through.
  for (const id of reached) for (const next of modules.getModuleInfo(id)?.importedIds ?? []) reached.add(next);
  return reached;
}

type Built =
  | { readonly type: 'asset' }
  | {
      readonly type: 'chunk';
      readonly fileName: string;
      readonly name: string;
      readonly facadeModuleId: string | null;
      readonly imports: readonly string[];
    };

/** Which files each page needs besides the one that every page needs, by the addresses it stands at. */
export function filesOfPages(
  pages: readonly { readonly name: string; readonly at: RegExp }[],
  built: readonly Built[],
): { readonly at: string; readonly files: readonly string[] }[] {
  const chunks = built.flatMap((one) => (one.type === 'chunk' ? [one] : []));
  return pages.map(({ name, at }) => {
    const own = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/pages/${name}/page.tsx`));
    if (own === undefined) throw new Error(`the page ${name} is in no file`);
    const needed = new Set([own]);
    // A set may grow while it is gone through.
    for (const { imports } of needed)
      for (const chunk of chunks) if (imports.includes(chunk.fileName) && chunk.name !== 'main') needed.add(chunk);
    return { at: at.source, files: [...needed].map(({ fileName }) => fileName) };
  });
}
