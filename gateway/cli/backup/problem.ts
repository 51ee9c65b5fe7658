import { InputError } from '../../../contract/input-error.ts';
import type { DrillFailure } from '../../../contract/reasons/backup.ts';
import { backupWords } from '../../../contract/words/backup.ts';
import { languageOf } from '../../../contract/words/language.ts';
import { BackupError } from '../../backup/backup-error.ts';

/** What a copy says is wrong, as every command tells it: in the terminal's language, the code in front. */
export function told(reason: DrillFailure): string {
  return `${reason.code}: ${backupWords(reason)[languageOf(process.env)]}`;
}

/** @throws InputError in place of a BackupError */
export async function telling<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BackupError) throw new InputError([told(error.reason)]);
    throw error;
  }
}
