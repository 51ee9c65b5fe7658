import { describe, expect, test } from 'vitest';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { runWrite, type WriteCommand } from '../../../edge/commissioning/write-command.ts';
import { smallSiteText, writeSiteText } from '../../simulators/sites.ts';
import { exceptionReply, type Slave } from '../memory-line.ts';
import { memoryLines } from './rig.ts';

/** Holding register 5 and coil 2 of unit 7. A relay that is stuck takes the write and stays as it is. */
function device(of: { stuck?: boolean } = {}): Slave {
  let word = 100;
  let coil = 0;
  return (request) => {
    const [unit = 0, fn = 0, , address, high = 0, low = 0] = request;
    const isOwn = unit === 7 && (fn === 3 || fn === 6 ? 5 : 2) === address;
    if (!isOwn) return [{ afterMs: 5, bytes: exceptionReply(request, 2) }];
    if (fn === 6 && of.stuck !== true) word = (high << 8) | low;
    if (fn === 5 && of.stuck !== true) coil = high === 0xff ? 1 : 0;
    if (fn === 5 || fn === 6) return [{ afterMs: 5, bytes: request.slice() }];
    const data = fn === 3 ? [2, word >>> 8, word & 0xff] : [1, coil];
    return [{ afterMs: 5, bytes: frameRtu(unit, Uint8Array.of(fn, ...data)) }];
  };
}

function write(slave: Slave, options: Partial<WriteCommand> & { says?: boolean } = {}) {
  const { says = true, ...rest } = options;
  const rig = memoryLines(() => slave);
  const asked: string[] = [];
  const confirm = async (question: string) => {
    asked.push(question);
    return says;
  };
  const command: WriteCommand = {
    target: 'holding:5',
    value: '250',
    unit: '7',
    port: '/dev/x',
    language: 'en',
    ...rest,
  };
  const around = { clock: rig.clock, make: rig.make, confirm };
  const result = rig.until(Promise.resolve().then(() => runWrite(command, around)));
  return { result, asked, sent: () => rig.wires.flatMap(({ sent }) => sent.map(({ frame }) => frame[1])) };
}

test('a write asks first, says before and after, and reads back', async () => {
  const { result, asked, sent } = write(device());
  expect(await result).toMatchObject({
    text: 'holding:5: 100 → 250, reads back 250',
    failed: false,
    json: { outcome: 'done', before: { value: 100 }, readBack: 250 },
  });
  expect(asked).toEqual(['/dev/x 9600 8N1 unit 7 holding:5: now 100; write 250? [y/N] ']);
  expect(sent()).toEqual([3, 6, 3]);
});

test('without a yes nothing is written', async () => {
  const { result, sent } = write(device(), { says: false });
  await expect(result).rejects.toThrow('nothing was written');
  expect(sent()).toEqual([3]);
});

test('--yes asks nobody, and a coil takes words for on and off', async () => {
  const { result, asked } = write(device(), { target: 'coil:2', value: 'on', yes: true });
  expect((await result).text).toBe('coil:2: false → true, reads back true');
  expect(asked).toEqual([]);
});

test('a relay that takes the write and stays as it is has failed, whatever it echoed', async () => {
  const { result } = write(device({ stuck: true }), { target: 'coil:2', value: 'on', language: 'ko' });
  const { failed, text } = await result;
  expect(failed).toBe(true);
  expect(text).toContain('릴레이 고착');
});

test.each([
  ['an input register', { target: 'input:5' }, /read-only/],
  [
    'what the profile does not let be written',
    { target: 'holding:5', profile: 'witmotion-wt901c-485/tilt_x' },
    /cannot be written/,
  ],
  ['a value that is none', { value: 'much' }, /give a number/],
  ['a value that does not fit', { value: '70000' }, /70000/],
  ['a type that is none', { type: 'u17' }, /--type u17/],
])('%s is refused, and nothing is sent that writes', async (_name, options, words) => {
  const { result, sent } = write(device(), options);
  await expect(result).rejects.toThrow(words);
  expect(sent().filter((fn) => fn !== 3)).toEqual([]);
});

describe('a register by its address', () => {
  const site = () =>
    writeSiteText(
      smallSiteText()
        .replace(
          '    buses:',
          '    interlocks:\n      - { id: siren, when: &when , output: di-1/do_1, onUnknown: hold }\n    buses:',
        )
        .replace('&when ', '{ kind: voting, witnesses: [{ points: [di-1/di_0], is: true }], levels: { 경계: 1 } }'),
    );
  const atSite = { bus: 'box-1/line', value: '1', yes: true };

  test.each([
    ['the output of an interlock', 'coil:1', /interlock siren drives this output/],
    ['what the profile does not let be written', 'holding:61', /cannot be written/],
  ])('that is %s is refused as the point is', async (_name, target, words) => {
    const unit = target === 'coil:1' ? '1' : '80';
    const command = { ...atSite, unit, target, site: site(), language: 'en' } as const;
    await expect(Promise.resolve().then(() => runWrite(command))).rejects.toThrow(words);
  });
});
