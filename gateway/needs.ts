import type { BackupTrouble } from './backup/service.ts';
import type { ConfigurationTrouble } from './configuration/service.ts';
import type { RetentionTrouble } from './retention/service.ts';

/** Of the gateway itself, or of the box of an agent. */
export type DiskTrouble = { readonly code: 'disk-failing' | 'disk-full'; readonly agent: string | null };
export type Need = BackupTrouble | ConfigurationTrouble | RetentionTrouble | DiskTrouble;

/** What the gateway's own parts need of people, put together: each says all of its own, whenever it looks. */
export class Needs {
  readonly #tell: (needs: readonly Need[]) => void;
  readonly #of = new Map<string, readonly Need[]>();

  constructor(tell: (needs: readonly Need[]) => void) {
    this.#tell = tell;
  }

  of(part: string, needs: readonly Need[]): void {
    this.#of.set(part, needs);
    this.#tell([...this.#of.values()].flat());
  }
}
