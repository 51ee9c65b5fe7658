import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tryAgentTopic } from '../../contract/topics.ts';
import type { Incoming } from './message.ts';
import { topicText } from './topic-text.ts';

/** A message that came while the gateway was on trial. `receivedAt`: epoch ms. */
export type KeptMessage = Incoming & { readonly receivedAt: number };

/** Each connection of an agent says these again. */
const saidAgain: readonly string[] = ['status', 'birth', 'health'];

/**
 * Messages of a gateway on trial whose database the version before could not read any more. Agents forget what was
 * acknowledged, so each is here, on the disk, before it is. One a line, `{"topic":…,"at":…,"payload":…}` with the payload in
 * base64: a form that every version reads.
 */
export class TrialMessages {
  readonly #handle: number;

  constructor(file: string) {
    this.#handle = openSync(file, 'a', 0o600);
  }

  /** On the disk when it returns. @throws when it cannot be written */
  keep(messages: readonly KeptMessage[]): void {
    const lines = messages
      .filter(({ topic }) => !saidAgain.includes(topic.kind))
      .map(({ topic, payload, receivedAt }) =>
        JSON.stringify({ topic: topicText(topic), at: receivedAt, payload: Buffer.from(payload).toString('base64') }),
      );
    if (lines.length === 0) return;
    // A line that a power cut left half ends here.
    writeSync(this.#handle, `\n${lines.join('\n')}\n`);
    fsyncSync(this.#handle);
  }

  /** Nobody could find any more what is kept. */
  isRemoved(): boolean {
    return fstatSync(this.#handle).nlink === 0;
  }

  close(): void {
    closeSync(this.#handle);
  }
}

/**
 * What was kept; none when the file is not there. A line that is not whole was never acknowledged.
 * @throws when the file is there and cannot be read
 */
export function keptMessages(file: string): readonly KeptMessage[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const kept = tryLine(line);
      return kept === undefined ? [] : [kept];
    });
}

export function forgetKept(file: string): void {
  rmSync(file, { force: true });
}

function tryLine(line: string): KeptMessage | undefined {
  try {
    const { topic, at, payload } = JSON.parse(line) as { topic: unknown; at: unknown; payload: unknown };
    const parsed = tryAgentTopic(String(topic));
    if (parsed === undefined || typeof at !== 'number' || typeof payload !== 'string') return undefined;
    return { topic: parsed, receivedAt: at, payload: Buffer.from(payload, 'base64') };
  } catch {
    return undefined;
  }
}
