import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { agentIdSchema } from '../../contract/ids.ts';
import { InputError } from '../../contract/input-error.ts';
import { makeRequest } from './csr.ts';

/**
 * `jari agent request`: on the box, a key that never leaves it (`<id>.key`, 0600) and the request for its certificate
 * (`<id>.csr`) to be taken to the gateway. @throws InputError
 */
export function runAgentRequest({ id, out }: { id: string; out: string }): { text: string; json: object } {
  const agent = agentIdSchema.safeParse(id);
  if (!agent.success)
    throw new InputError([`agent ${JSON.stringify(id)}: is no agent's id; give one of the site file`]);
  const folder = resolve(out);
  const [keyFile, csrFile] = [join(folder, `${id}.key`), join(folder, `${id}.csr`)];
  const { key, csr } = makeRequest(id);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Never over a key that may be in use.
    writeFileSync(keyFile, key, { mode: 0o600, flag: 'wx' });
    writeFileSync(csrFile, csr, { mode: 0o644 });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const why = isThere
      ? `${keyFile}: is there already; move it away, or give another folder with --out`
      : `${folder}: cannot be written (${error instanceof Error ? error.message : String(error)}); give another with --out`;
    throw new InputError([why]);
  }
  return {
    text: [
      `key ${keyFile} (it stays here), request ${csrFile}`,
      `at the gateway: npx jari agent add ${id} --site FILE --data DIR --bundle FOLDER --csr ${id}.csr`,
      `then put what is in FOLDER beside ${id}.key`,
    ].join('\n'),
    json: { agent: id, key: keyFile, csr: csrFile },
  };
}
