import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { InputError } from '../../../../contract/input-error.ts';
import { runConfigTry } from '../../../../gateway/cli/config/try.ts';
import { tryLock } from '../../../../gateway/data-folder/lock.ts';
import { tempDir } from '../../../temp.ts';
import { startGateway } from '../../gateway-parts.ts';
import { writeSite } from '../../site-files.ts';

test('names what is wrong by the file that was typed, at the place where it stands', async () => {
  const dir = tempDir();
  const site = join(dir, 'site.yaml');
  copyFileSync(writeSite(dir), site);
  const attempt = tryLock(dir);
  if (!attempt.ok) throw new Error('the folder is taken');
  onTestFinished(() => attempt.lock.release());
  await startGateway({ dir, sites: [site] });
  const file = join(tempDir(), 'my$&site.yaml');
  writeFileSync(file, `${readFileSync(site, 'utf8')}colour: red\n`);
  const error = await runConfigTry({ data: dir, file, confirm: [] }).catch((reason: unknown) => reason);
  if (!(error instanceof InputError)) throw new Error(`expected an InputError, not ${error}`);
  const line = readFileSync(file, 'utf8').split('\n').length - 1;
  expect(error.problems.join('\n')).toContain(`\n${file}:${line}:1 colour:`);
});
