import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Encrypter } from 'age-encryption';
import type { Label } from './manifest.ts';

/** Bytes of a copy that the label names by one hash. */
const pieceBytes = 1024 * 1024;

/** What passes is encrypted for everybody of `recipients`; each opens it alone. */
export async function encrypted(
  plain: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): Promise<AsyncIterable<Uint8Array>> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(streamOf(plain));
}

/** For the library, which takes and gives web streams. */
export function streamOf(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const from = bytes[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await from.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await from.return?.();
    },
  });
}

export type Sums = Pick<Label, 'size' | 'sha256' | 'pieceBytes' | 'pieces'>;

/** Size and hashes of what passes. */
export class Summing {
  readonly #whole = createHash('sha256');
  readonly #pieces: string[] = [];
  #piece = createHash('sha256');
  #inPiece = 0;
  #size = 0;

  add(chunk: Uint8Array): void {
    this.#whole.update(chunk);
    this.#size += chunk.length;
    let rest = chunk;
    while (rest.length > 0) {
      const part = rest.subarray(0, pieceBytes - this.#inPiece);
      this.#piece.update(part);
      this.#inPiece += part.length;
      rest = rest.subarray(part.length);
      if (this.#inPiece === pieceBytes) this.#endPiece();
    }
  }

  done(): Sums {
    if (this.#inPiece > 0) this.#endPiece();
    return { size: this.#size, sha256: this.#whole.digest('hex'), pieceBytes, pieces: this.#pieces };
  }

  #endPiece(): void {
    this.#pieces.push(this.#piece.digest('hex'));
    this.#piece = createHash('sha256');
    this.#inPiece = 0;
  }
}

export async function* summed(bytes: AsyncIterable<Uint8Array>, summing: Summing): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    summing.add(chunk);
    yield chunk;
  }
}

export async function sumsOf(bytes: AsyncIterable<Uint8Array>): Promise<Sums> {
  const summing = new Summing();
  for await (const chunk of bytes) summing.add(chunk);
  return summing.done();
}

/** The first piece that differs from what was written, as offsets; undefined where none does. */
export function firstDifference(label: Sums, found: Sums): { from: number; to: number } | undefined {
  const at = label.pieces.findIndex((hash, index) => found.pieces[index] !== hash);
  if (at === -1) return undefined;
  return { from: at * label.pieceBytes, to: Math.min((at + 1) * label.pieceBytes, label.size) };
}

export async function sha256OfFile(file: string): Promise<{ size: number; sha256: string }> {
  const { size, sha256 } = await sumsOf(createReadStream(file, { highWaterMark: 256 * 1024 }));
  return { size, sha256 };
}
