import { expect, onTestFinished, test } from 'vitest';
import { upkeepSchema } from '../../../../contract/http/upkeep.ts';
import type { Role } from '../../../../contract/roles.ts';
import { turnOutputsOn } from '../../../../gateway/backup/outputs.ts';
import { makeWorld, noUpkeep, serve, signedIn } from '../fakes.ts';

/** A gateway that took another's place. */
async function replaced() {
  const world = makeWorld();
  let isOff = true;
  const backup = {
    outputsOn() {
      const was = isOff;
      isOff = false;
      return was;
    },
  };
  const server = await serve(world, {
    upkeep: {
      ...noUpkeep,
      areOutputsOff: () => isOff,
      outputsOn: (said) => turnOutputsOn(backup, world.audit, said),
    },
  });
  onTestFinished(() => server.close());
  return { world, server };
}

test.each<[Role | null, number, 'on' | 'off']>([
  [null, 401, 'off'],
  ['viewer', 403, 'off'],
  ['manager', 403, 'off'],
  ['resident', 403, 'off'],
  ['operator', 200, 'on'],
  ['admin', 200, 'on'],
])('turned on by %s: %d, and outputs are %s', async (role, status, then) => {
  const { world, server } = await replaced();
  const reader = signedIn(world, 'admin');
  const cookie = role === null ? '' : signedIn(world, role);
  const headers = { cookie, origin: server.url, 'content-type': 'application/json' };
  const turn = () =>
    fetch(`${server.url}/api/v1/upkeep/outputs-on`, { method: 'POST', headers, body: '{"reason":"looked at it"}' });
  const before = world.audit.head();
  const answer = await turn();
  expect(answer.status).toBe(status);
  const seen = await fetch(`${server.url}/api/v1/upkeep`, { headers: { cookie: reader } });
  expect(upkeepSchema.parse(await seen.json()).outputs).toBe(then);
  if (role === null || then === 'off') return;
  expect(await answer.json()).toEqual({ was: 'off' });
  expect(world.audit.list({ before: null, limit: 1 })).toMatchObject([
    { action: 'outputs-on', by: `person:${role}`, why: 'looked at it' },
  ]);
  // Said twice it is in the audit once.
  const head = world.audit.head();
  expect(head).not.toEqual(before);
  expect(await (await turn()).json()).toEqual({ was: 'on' });
  expect(world.audit.head()).toEqual(head);
});
