import { signal } from '@preact/signals';
import type { MaintenanceItem } from '../../contract/http/alerts.ts';
import type { AlertItem } from '../gateway/items.ts';
import type { Action } from '../pages/alerts/view.ts';

/** What a person asked for that a dialog over the page does. The code of the dialogs comes later than what asks for them. */

export type Act = { readonly alert: AlertItem; readonly action: Action };

export const acting = signal<Act | null>(null);
/** Grows with each thing done to an alert, for pages that show more of it than the list has. */
export const deedsDone = signal(0);

/** Asks for what an action needs, over whatever page it is asked for on. */
export function openAct(alert: AlertItem, action: Action): void {
  acting.value = { alert, action };
}

/** A part as the gateway takes it: `device:tilt-se`, `building:hanbit`. */
export type Part = { readonly site: string; readonly target: string; readonly name: string };

type Maintaining =
  | { readonly kind: 'begin'; readonly part: Part }
  | { readonly kind: 'end'; readonly item: MaintenanceItem };

export const maintaining = signal<Maintaining | null>(null);
/** Grows with each maintenance begun or ended here. */
export const maintained = signal(0);

export const isPasswordAsked = signal(false);

export function openPasswordChange(): void {
  isPasswordAsked.value = true;
}
