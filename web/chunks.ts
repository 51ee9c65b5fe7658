/** Which modules go out together. A file each costs a slow phone some 20 ms before it shows anything, so few are better. */

type Modules = { getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null };

/** Names the file of a module by what needs it: `main` for what every page needs, null where those that share it decide. */
export function chunksOf(start: string): (id: string, modules: Modules) => string | null {
  let ofStart: ReadonlySet<string> | undefined;
  return (id, modules) => {
    ofStart ??= reachedFrom(start, modules);
    return ofStart.has(id) ? 'main' : null;
  };
}

function reachedFrom(start: string, modules: Modules): ReadonlySet<string> {
  const reached = new Set([start]);
  // A set may grow while it is gone through.
  for (const id of reached) for (const next of modules.getModuleInfo(id)?.importedIds ?? []) reached.add(next);
  return reached;
}
