import type { Signal } from '../commit/participant.ts';
import type { Draft } from './draft.ts';

/** Emergencies in the buildings of a lot: its sign says so, and it lets nobody in until the last of them has ended. */
export function onSignals(draft: Draft, signals: readonly Signal[]): void {
  for (const signal of signals) {
    if (signal.kind !== 'emergency') continue;
    for (const key of draft.memory.lots.keys()) {
      const lot = draft.lot(key);
      if (lot.site !== signal.site || !lot.config.buildings.includes(signal.building)) continue;
      const { alert, building, hazard, active } = signal;
      if (lot.emergencies.has(alert) === active) continue;
      const emergencies = new Map(lot.emergencies);
      if (active) emergencies.set(alert, { building, hazard });
      else emergencies.delete(alert);
      draft.putLot({ ...lot, emergencies });
      draft.rows.emergencies.push({ lot: key, alert, emergency: active ? { building, hazard } : null });
    }
  }
}
