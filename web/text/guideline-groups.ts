import type { Group } from '../../contract/words/guidelines/guideline.ts';

/** People who need another line, in the order they are shown. */
export const groups = ['mobility', 'hearing', 'sight', 'children'] as const satisfies readonly Group[];
