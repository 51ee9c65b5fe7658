import { describe, expect, test } from 'vitest';
import { agentIdSchema, siteIdSchema } from '../../../contract/ids.ts';
import { decode, type ResultMessage } from '../../../contract/messages.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { silentLog } from '../../../edge/log.ts';
import { Commands } from '../../../edge/writing/commands.ts';

const id = '5f0c3e0e-7c1f-4a53-9f0e-0d6a0c1f2b3c';

function world(options: { clockState?: 'synced' | 'unsynced' } = {}) {
  const clock = new SimClock();
  const done: string[] = [];
  const results: ResultMessage[] = [];
  let hear: (payload: Uint8Array) => void = () => {};
  const commands = new Commands({
    clock,
    log: silentLog,
    site: siteIdSchema.parse('saesol'),
    agent: agentIdSchema.parse('cabinet-1'),
    link: {
      subscribe: async (topic, onMessage) => {
        expect(topic).toBe('jari/v1/saesol/cabinet-1/command');
        hear = onMessage;
      },
      publish: async (topic, payload, { retain }) => {
        expect([topic, retain]).toEqual(['jari/v1/saesol/cabinet-1/command/result', false]);
        const result = decode.result(payload);
        if (!result.ok) throw new Error(result.problem);
        results.push(result.value);
      },
    },
    clockState: () => options.clockState ?? 'synced',
    write: async (point, value) => {
      done.push(`${point}=${value}`);
      return { outcome: 'done', reason: null, readBack: value };
    },
  });
  commands.connected();
  const send = async (more: object = {}) => {
    const command = { v: 1, id, point: 'relay-1/do_0', value: true, deadline: clock.now() + 5000, ...more };
    hear(Buffer.from(JSON.stringify(command)));
    await clock.advance(10);
  };
  return { clock, send, done, results, hear: (text: string) => hear(Buffer.from(text)) };
}

describe('a command', () => {
  test('is carried out and answered with what was read back', async () => {
    const { send, done, results } = world();
    await send();
    expect(done).toEqual(['relay-1/do_0=true']);
    expect(results).toMatchObject([{ id, outcome: 'done', why: null, reason: null, readBack: true }]);
  });

  test('that comes twice is carried out once, and the copy is named', async () => {
    const { send, done, results } = world();
    await send();
    await send();
    expect(done).toHaveLength(1);
    expect(results[1]).toMatchObject({ outcome: 'refused', reason: { code: 'duplicate' } });
  });

  test.each([
    ['after its deadline is not carried out', 'synced', -10_000, 0, 'expired'],
    ['within the tolerance of clocks is', 'synced', -1500, 1, 'done'],
    ['is carried out by a box whose clock nobody knows to be right', 'unsynced', -10_000, 1, 'done'],
  ] as const)('%s', async (_name, clockState, deadlineMs, times, outcome) => {
    const { clock, send, done, results } = world({ clockState });
    await send({ deadline: clock.now() + deadlineMs });
    expect(done).toHaveLength(times);
    expect(results).toMatchObject([{ outcome }]);
  });

  test('for what is no point is refused', async () => {
    const { send, done, results } = world();
    await send({ point: 'Relay!' });
    expect(done).toEqual([]);
    expect(results).toMatchObject([{ outcome: 'refused', reason: { code: 'no-such-point' } }]);
  });

  test('that is no command changes nothing', async () => {
    const { clock, hear, done, results } = world();
    hear('{');
    hear('{"v":1}');
    await clock.advance(10);
    expect([done, results]).toEqual([[], []]);
  });
});
