import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { modbusBusesOf } from '../../config/site.ts';
import { InputError } from '../../contract/input-error.ts';
import { lockFolder } from '../../edge/box/lock.ts';
import { onVirtualLines } from '../../edge/box/ports-file.ts';
import { readPassword } from '../../edge/uplink/password.ts';
import { tempDir } from '../temp.ts';
import { agentConfig } from './north.ts';

function withPasswordFile(content: string | null, mode = 0o600) {
  const file = join(tempDir(), 'cabinet-1.password');
  if (content !== null) {
    writeFileSync(file, content);
    chmodSync(file, mode);
  }
  const agent = agentConfig();
  return { file, agent: { ...agent, uplink: { ...agent.uplink, passwordFile: file } } };
}

describe('the password', () => {
  test('is the file without the end of its line', () => {
    const { agent } = withPasswordFile('secret word\n');
    expect(readPassword(agent, {})).toEqual({ ok: true, password: 'secret word', warning: null });
  });

  test('comes from the environment when it is set there', () => {
    const { agent } = withPasswordFile('of the file');
    expect(readPassword(agent, { JARI_UPLINK_PASSWORD: 'of the environment' })).toMatchObject({
      password: 'of the environment',
    });
    expect(readPassword(agent, { JARI_UPLINK_PASSWORD: '' })).toMatchObject({ password: 'of the file' });
  });

  test('is used with a warning when everyone may read it', () => {
    const { agent, file } = withPasswordFile('secret', 0o644);
    expect(readPassword(agent, {})).toMatchObject({ ok: true, warning: expect.stringContaining(`chmod 600 ${file}`) });
  });

  test.each([
    ['missing', null, 'does not exist'],
    ['empty', ' \n', 'is empty'],
  ])('is refused when the file is %s, with the command that fixes it', (_, content, what) => {
    const { agent, file } = withPasswordFile(content);
    const read = readPassword(agent, {});
    expect(read).toEqual({
      ok: false,
      problem: expect.stringMatching(`^${file}: .*${what}; .*jari agent add cabinet-1`),
    });
  });

  test('is refused when the file cannot be read', () => {
    const { agent } = withPasswordFile(null);
    const folder = { ...agent, uplink: { ...agent.uplink, passwordFile: tempDir() } };
    expect(readPassword(folder, {})).toEqual({ ok: false, problem: expect.stringContaining('cannot be read') });
  });

  test('is refused when neither a file nor the environment gives it', () => {
    expect(readPassword(agentConfig(), {})).toEqual({
      ok: false,
      problem: expect.stringMatching(/passwordFile.*JARI_UPLINK_PASSWORD.*jari agent add/),
    });
  });
});

describe('virtual lines', () => {
  function ports(content: unknown): string {
    const file = join(tempDir(), 'ports.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  const serial = (() => {
    const agent = agentConfig();
    const link = {
      kind: 'modbus-rtu',
      timing: 'economical',
      port: '/dev/ttyUSB0',
      baudRate: 9600,
      parity: 'none',
      stopBits: 1,
    } as const;
    return { ...agent, buses: modbusBusesOf(agent).map((bus) => ({ ...bus, link })) };
  })();

  test('replace the place of a bus and nothing else', () => {
    const file = ports({
      buses: { 'cabinet-1/tcp-a': { host: '127.0.0.1', port: 15_020 }, 'other/x': { port: '/x' } },
    });
    const [bus] = onVirtualLines(agentConfig(), file).buses;
    expect(bus).toEqual({ ...agentConfig().buses[0], link: { kind: 'modbus-tcp', host: '127.0.0.1', port: 15_020 } });
    const [rtu] = onVirtualLines(serial, ports({ buses: { 'cabinet-1/tcp-a': { port: '/tmp/pty' } } })).buses;
    expect(rtu?.link).toEqual({
      kind: 'modbus-rtu',
      timing: 'economical',
      port: '/tmp/pty',
      baudRate: 9600,
      parity: 'none',
      stopBits: 1,
    });
  });

  test.each<[string, unknown, RegExp]>([
    ['a bus that is missing, which would be a real one', { buses: {} }, /"cabinet-1\/tcp-a" is missing.*jari simulate/],
    [
      'a path for a TCP bus',
      { buses: { 'cabinet-1/tcp-a': { port: '/x' } } },
      /wrong kind, expected \{"host", "port"\}/,
    ],
    ['a port out of range', { buses: { 'cabinet-1/tcp-a': { host: 'h', port: 70_000 } } }, /buses/],
    ['no JSON', '{', /cannot be read as a ports file/],
    ['another JSON', [], /ports.json: /],
  ])('refuse %s', (_, content, problem) => {
    const file = ports(content);
    expect(() => onVirtualLines(agentConfig(), file)).toThrow(InputError);
    expect(() => onVirtualLines(agentConfig(), file)).toThrow(problem);
  });

  test('refuse a file that is not there', () => {
    expect(() => onVirtualLines(agentConfig(), '/nowhere/ports.json')).toThrow(/\/nowhere\/ports.json: cannot be read/);
  });
});

describe('the lock of a data folder', () => {
  test('keeps a second agent out, names the first, and lets it in afterwards', () => {
    const dir = tempDir();
    const first = lockFolder(dir);
    expect(() => lockFolder(dir)).toThrow(
      new RegExp(`^${dir}: in use by another agent \\(process ${process.pid}\\).*--data`),
    );
    first.close();
    lockFolder(dir).close();
  });

  test('says what to do about a lock file that is none', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'lock.db'), 'rubbish '.repeat(600));
    expect(() => lockFolder(dir)).toThrow(/lock.db: not a lock file; delete it/);
  });

  test('leaves other folders alone', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'a'));
    mkdirSync(join(dir, 'b'));
    const locks = [lockFolder(join(dir, 'a')), lockFolder(join(dir, 'b'))];
    for (const lock of locks) lock.close();
  });
});
