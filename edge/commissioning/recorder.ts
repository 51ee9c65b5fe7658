import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Clock } from '../../contract/clock.ts';
import { hexOfBytes, type RecordedChunk, type RecordingHead } from '../../contract/recording.ts';
import { causeOf } from '../../contract/words/files.ts';
import type { Language } from '../../contract/words/language.ts';
import type { ExpectedReply, OpenResult, Wire, WireEvents } from '../bus/wire.ts';
import { refuse } from './lines.ts';

/** Writes what passes to a file, a line each; what was written stays good when the box loses its supply. */
export class Recorder {
  readonly #handle: number;
  readonly #clock: Clock;
  readonly #begun: number;
  #bytes = 0;
  chunks = 0;

  /** @throws InputError when the file is there already, or cannot be written */
  constructor(options: {
    file: string;
    clock: Clock;
    head: Omit<RecordingHead, 'v' | 'kind' | 'at'>;
    language: Language;
  }) {
    const { file, clock, head, language } = options;
    this.#clock = clock;
    this.#begun = clock.monotonic();
    this.#handle = openNew(file, language);
    this.#line({ v: 1, kind: 'jari-recording', at: clock.now(), ...head });
  }

  heard(d: RecordedChunk['d'], bytes: Uint8Array): void {
    if (bytes.length === 0 || this.isFull()) return;
    const t = Math.round((this.#clock.monotonic() - this.#begun) * 100) / 100;
    this.#line({ t, d, x: hexOfBytes(bytes) });
    this.chunks++;
  }

  /** A recording that nobody ends does not fill the card. */
  isFull(): boolean {
    return this.#bytes > mostBytes;
  }

  close(): void {
    fsyncSync(this.#handle);
    closeSync(this.#handle);
  }

  #line(object: object): void {
    this.#bytes += writeSync(this.#handle, `${JSON.stringify(object)}\n`);
  }
}

/** 64 MB: a day of a full line at 9,600 baud. */
const mostBytes = 64 * 2 ** 20;

function openNew(file: string, language: Language): number {
  try {
    return openSync(file, 'wx', 0o640);
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    return refuse(
      isThere ? { code: 'file-there', file } : { code: 'file-trouble', file, cause: causeOf(error) },
      language,
    );
  }
}

/** A wire that is written down both ways. */
export class RecordedWire implements Wire {
  readonly #wire: Wire;
  readonly #recorder: Recorder;

  constructor(wire: Wire, recorder: Recorder) {
    this.#wire = wire;
    this.#recorder = recorder;
  }

  open(events: WireEvents): Promise<OpenResult> {
    return this.#wire.open({
      onBytes: (bytes) => {
        this.#recorder.heard('rx', bytes);
        events.onBytes(bytes);
      },
      onClosed: (...how) => events.onClosed(...how),
    });
  }

  write(bytes: Uint8Array, expected?: ExpectedReply): void {
    this.#recorder.heard('tx', bytes);
    this.#wire.write(bytes, expected);
  }

  look(): void {
    this.#wire.look();
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}
