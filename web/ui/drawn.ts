import { computed, effect, signal } from '@preact/signals';
import { linkState } from '../gateway/live.ts';
import { isAway, lateMs, session } from '../gateway/session.ts';
import { maintenanceKnown } from './maintenance.tsx';
import { pageAt } from './pages.ts';
import { route } from './router.ts';

/** The first lists came, or took so long that the page says what it can without them. Stays. */
const isFilled = signal(false);

/** The page has been opened for so long that a person is to see that something happens. */
const isWaitedFor = signal(false);
const waitedForMs = 1000;

/**
 * Who is there is known, as far as the page that the address names asks for it: the first line is drawn. Within the first second
 * it waits for the lists, since to draw twice takes a slow phone longer than they do.
 */
export const isHeaderDrawn = computed(() => {
  const audience = pageAt(route.value.path)?.audience ?? 'anybody';
  const { state } = session.value;
  if (audience === 'anybody' || state === 'nobody' || isAway.value) return true;
  return state === 'somebody' && (isFilled.value || isWaitedFor.value);
});

/**
 * What stands around the page, and the page, are drawn at once with what the gateway says: drawn before, they would move
 * when it says so.
 */
export const isFrameDrawn = computed(() => {
  if (!isHeaderDrawn.value) return false;
  const audience = pageAt(route.value.path)?.audience ?? 'anybody';
  return audience === 'anybody' || session.value.state !== 'somebody' || isFilled.value;
});

/** Called once. */
export function startDrawing(): void {
  setTimeout(() => {
    isWaitedFor.value = true;
  }, waitedForMs - performance.now());
  let late: ReturnType<typeof setTimeout> | undefined;
  const fill = () => {
    isFilled.value = true;
  };
  effect(() => {
    const { value } = session;
    clearTimeout(late);
    if (value.state !== 'somebody') return;
    const isStaff = value.person.role !== 'resident';
    if (!isStaff || (linkState.value !== 'connecting' && maintenanceKnown.value)) fill();
    else late = setTimeout(fill, lateMs);
  });
}
