import { createPrivateKey } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { textOf } from './operator.ts';
import { filesBelow } from './secret-search.ts';
import {
  failCommands,
  failToSignIn,
  makeAccounts,
  plainKeys,
  retainedOf,
  signIn,
  startedGateway,
  tokenCreate,
  useAgent,
  usePages,
  world,
} from './secrets-world.ts';

/** A gateway's life by its command line, and every secret of it looked for in all that it left and showed. */

test('no secret of a whole run is anywhere but where it was put', async () => {
  const here = await world();
  const { operator, dir, data, site } = here;
  const gateway = await startedGateway(here);
  const made = await makeAccounts(here);
  await usePages(here, gateway, made);
  await failToSignIn(here, gateway, made);
  await useAgent(here, gateway);
  await failCommands(here, made);
  // What was typed into the wrong field has been met, or not finding it would mean nothing.
  expect(gateway.output()).toContain('"connect-refused"');
  const audit = await operator.jari(['audit', 'list', '--json', '--limit', '1000', '--data', data]);
  for (const action of ['sign-in-locked', 'password-change', 'invitation-accept', 'token-create']) {
    expect(audit.output).toContain(`"${action}"`);
  }
  const looks = [
    ['audit', 'verify'],
    ['user', 'list', '--json'],
    ['token', 'list', '--json'],
  ];
  await Promise.all(looks.map((args) => operator.jari([...args, '--data', data])));
  operator.show("the gateway's environment", readFileSync(`/proc/${gateway.pid}/environ`));
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.key'))) {
    const key = join(dir, name);
    if (!plainKeys.some((plain) => name === `gateway/${plain}`)) operator.keep(name, numberOf(textOf(key)), key);
  }
  const written = operator.secrets.flatMap(({ keptIn }) => keptIn).filter((file) => /\.(key|password)$/.test(file));
  expect(written.filter((file) => (statSync(file).mode & 0o077) !== 0)).toEqual([]);
  const running = operator.leaks(filesBelow(dir));
  expect((await gateway.stop()).code).toBe(0);
  await operator.jari(['doctor', '--site', site, '--data', data], 0);
  expect({ running, stopped: operator.leaks(filesBelow(dir)) }).toEqual({ running: [], stopped: [] });
  expect(operator.hasAllOutput).toBe(true);
  expect(operator.secrets.length).toBeGreaterThanOrEqual(20);

  // A second life on the same folder, which ends by a kill and leaves what it was at.
  const again = await startedGateway(here);
  const token = await operator.jariMaking('token', 'a last token', tokenCreate(data, 'last', 'read'));
  await signIn(here, again, { user: 'chief', password: made.chief });
  await retainedOf(here, again, { username: 'last', password: token });
  await again.kill();
  expect(filesBelow(data).map(({ where }) => where)).toContain(join(data, 'gateway.db-wal'));
  expect(operator.leaks(filesBelow(dir))).toEqual([]);
}, 180_000);

/** The number that is the key itself; the rest of such a file is the same in every one. */
const numberOf = (pem: string) => createPrivateKey(pem).export({ format: 'jwk' }).d ?? '';
