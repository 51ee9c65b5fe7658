import { computed, signal } from '@preact/signals';

/** That of the first site; null until one is known. */
export const siteZone = signal<string | null>(null);

/** The time zone that the pages tell time in: that of the first site, the reader's until one is known. */
export const zone = computed(() => siteZone.value ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
