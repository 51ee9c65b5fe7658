import { join } from 'node:path';
import type { RuleSettings } from '../../contract/configuration.ts';
import type { SiteChange } from '../../contract/reasons/site-changes.ts';
import { changesBetween } from '../against/changes.ts';
import { readyRules } from '../buildings/library.ts';
import { type LaidRules, withRuleSettings } from '../buildings/rule-settings.ts';
import { openYaml } from '../files/yaml-file.ts';
import { type LoadedSite, loadSite } from '../load-site.ts';
import type { Site } from '../site.ts';

/** What a thread of its own is asked for: each takes and gives plain values. */
export const work = {
  load: (file: string): LoadedSite => loadSite(file),

  /** A site file with its own profiles beside it, which counts as standing in `folder`. */
  placed,

  /** The same, held against the site that runs; and what both files hold. */
  held(file: string, folder: string, running: Site): Held {
    const loaded = placed(file, folder);
    // Where the file lies is no change.
    const changes = loaded.ok
      ? changesBetween({ ...running, profileFolders: loaded.site.profileFolders }, loaded.site)
      : [];
    return { loaded, value: valueIn(file), was: valueIn(running.file), changes };
  },

  /** What a YAML file holds; undefined where it cannot be read. */
  value: valueIn,

  withRules: (text: string, rules: readonly RuleSettings[]): LaidRules => withRuleSettings(text, rules, readyRules()),
};

export type Work = typeof work;

export type Held = {
  readonly loaded: LoadedSite;
  /** What the file holds, and what that of the running site does; undefined where it cannot be read. */
  readonly value: unknown;
  readonly was: unknown;
  readonly changes: readonly SiteChange[];
};

function placed(file: string, folder: string): LoadedSite {
  return loadSite(file, { folder, profileFolder: (name) => join(file, '..', name) });
}

function valueIn(file: string): unknown {
  const opened = openYaml(file);
  return opened.ok ? opened.yaml.value : undefined;
}
