import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { askPassword } from '../../../gateway/cli/ask-password.ts';

/** A terminal that shows what comes while it is not told to hide it, as one does. */
class Terminal {
  screen = '';
  #isHidden = false;
  readonly #keys = new EventEmitter();
  readonly #whenSeen: { text: string; keys: string }[] = [];
  readonly stderr = {
    write: (text: string) => {
      this.screen += text;
      const [next] = this.#whenSeen;
      if (next === undefined || !this.screen.endsWith(next.text)) return;
      this.#whenSeen.shift();
      this.#type(next.keys);
    },
  };
  readonly stdin = Object.assign(this.#keys, {
    setRawMode: (isRaw: boolean) => {
      this.#isHidden = isRaw;
      return this.stdin;
    },
    setEncoding: () => this.stdin,
    resume: () => this.stdin,
    pause: () => this.stdin,
  }) as unknown as NodeJS.ReadStream;

  /** These keys come in the moment that this is on the screen, before the program does anything more. */
  when(text: string, keys: string): void {
    this.#whenSeen.push({ text, keys });
  }

  hangUp(): void {
    this.#keys.emit('end');
  }

  get isHidden(): boolean {
    return this.#isHidden;
  }

  #type(keys: string): void {
    if (!this.#isHidden) this.screen += keys;
    queueMicrotask(() => this.#keys.emit('data', keys));
  }
}

test('what is typed the moment that each question is seen is hidden', async () => {
  const terminal = new Terminal();
  terminal.when('password: ', 'seven whales\r');
  terminal.when('once more: ', 'seven whales\r');
  expect(await askPassword('password: ', terminal)).toBe('seven whales');
  expect(terminal.screen).toBe('password: \nonce more: \n');
  expect(terminal.isHidden).toBe(false);
});

test('both may be typed ahead', async () => {
  const terminal = new Terminal();
  terminal.when('password: ', 'seven whales\rseven whales\r');
  expect(await askPassword('password: ', terminal)).toBe('seven whales');
  expect(terminal.screen).toBe('password: \nonce more: \n');
});

test('a key taken back is none of the password', async () => {
  const terminal = new Terminal();
  terminal.when('password: ', 'sevem\u007fn\r');
  terminal.when('once more: ', 'seven\r');
  expect(await askPassword('password: ', terminal)).toBe('seven');
});

test.each([
  ['the two differ', 'one\rother\r', 'password: the two differ; try again'],
  ['Ctrl-C', 'seven\u0003', 'password: not given'],
])('%s: refused, and the terminal shows again what is typed', async (_, keys, message) => {
  const terminal = new Terminal();
  terminal.when('password: ', keys);
  await expect(askPassword('password: ', terminal)).rejects.toThrow(message);
  expect(terminal.isHidden).toBe(false);
  expect(terminal.screen).not.toContain('seven');
});

test('a terminal that goes is no password', async () => {
  const terminal = new Terminal();
  const asked = askPassword('password: ', terminal);
  terminal.hangUp();
  await expect(asked).rejects.toThrow('password: not given');
});
