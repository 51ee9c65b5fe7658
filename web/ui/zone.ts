import { signal } from '@preact/signals';

/** The time zone that the pages tell time in: that of the first site, the reader's until one is known. */
export const zone = signal(Intl.DateTimeFormat().resolvedOptions().timeZone);
