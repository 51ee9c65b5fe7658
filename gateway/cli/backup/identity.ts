import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { BackupError } from '../../backup/backup-error.ts';
import { preparePrivateFile } from '../../data-folder/private-files.ts';
import type { Output } from '../output.ts';

/** The private keys of a file, as `age-keygen` and `jari backup key` write it. @throws BackupError identity-unusable */
export function readIdentities(path: string): string[] {
  const file = resolve(path);
  const found = linesOf(file).filter((line) => /^AGE-SECRET-KEY-(PQ-)?1[02-9A-Z]+$/.test(line));
  if (found.length === 0) throw new BackupError({ code: 'identity-unusable', file });
  return found;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim());
  } catch {
    // Not there or not to be read: the same as a file without a key.
    return [];
  }
}

/**
 * `jari backup key`: a key pair for the owner. The public half is printed for the site file; the private one is in a file
 * that is to leave this machine. @throws InputError when the file cannot be written
 */
export async function runBackupKey({ out }: { out: string }): Promise<Output> {
  const file = preparePrivateFile(out);
  try {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    file.write(`# opens the backups of a Jari gateway; public key: ${recipient}\n${identity}\n`);
    return {
      text: [
        `public key, for the site file (backup.recipients): ${recipient}`,
        `private key: ${resolve(out)}`,
        'Keep the private key off the gateway: print it, or put it on two sticks in two places. Who has it reads every',
        'backup; without it no backup can be opened by anybody. Then remove the file here.',
      ].join('\n'),
      json: { recipient, file: resolve(out) },
    };
  } catch (error) {
    file.abandon();
    throw error;
  }
}
