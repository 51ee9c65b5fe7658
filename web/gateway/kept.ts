import type { BuildingAlert } from '../../contract/http/alerts.ts';
import type { BuildingItem } from '../../contract/http/live.ts';

/**
 * What was last known of a resident's buildings, kept on their phone for when the gateway cannot be reached. It is shown with
 * its time and never as how things are now. It goes when they sign out, or somebody else signs in.
 */
type Kept = {
  readonly person: string;
  readonly buildings: readonly BuildingItem[];
  readonly alerts: Readonly<Record<string, KeptAlerts>>;
};
/** `at`: when the gateway said so, by its own clock, epoch ms. */
export type KeptAlerts = { readonly body: readonly BuildingAlert[]; readonly at: number };

/** Another number whenever what is kept has another shape. */
const key = 'jari.kept.1';

export function keptBuildings(): readonly BuildingItem[] {
  return read()?.buildings ?? [];
}

export function keptAlerts(site: string, building: string): KeptAlerts | null {
  return read()?.alerts[`${site}/${building}`] ?? null;
}

export function keepBuildings(person: string, buildings: readonly BuildingItem[]): void {
  const before = read();
  write({ person, buildings, alerts: before?.person === person ? before.alerts : {} });
}

/** Of a building that is kept. */
export function keepAlerts(site: string, building: string, alerts: KeptAlerts): void {
  const kept = read();
  if (kept === null) return;
  write({ ...kept, alerts: { ...kept.alerts, [`${site}/${building}`]: alerts } });
}

/** All of it, unless it is this person's. */
export function forgetKept(but: string | null): void {
  if (read()?.person === but) return;
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing is kept then.
  }
}

function read(): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    // A browser that keeps nothing.
    return null;
  }
}

function write(kept: Kept): void {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // It is full, or keeps nothing: the page works as it did, while the gateway answers.
  }
}
