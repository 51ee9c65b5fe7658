/**
 * Tape archives (POSIX.1-1988 ustar), as much of them as a copy of a gateway needs: plain files. So `age -d` and `tar -x`
 * open a copy where this program is not at hand. Sizes of 8 GiB and more are written in base 256, as GNU tar does.
 */

const block = 512;
const octalMost = 8 ** 11 - 1;

/** A file to be archived; `bytes` gives exactly `size` of them. */
export type ArchiveFile = {
  readonly path: string;
  readonly size: number;
  readonly bytes: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
};

/** What comes out of an archive again: a file begins, then what it holds. */
export type ArchivePart =
  | { readonly kind: 'file'; readonly path: string; readonly size: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** @throws RangeError on a path that does not fit, or a file that changed its size meanwhile */
export async function* tar(files: readonly ArchiveFile[], mtime: number): AsyncGenerator<Uint8Array> {
  for (const { path, size, bytes } of files) {
    yield header(path, size, mtime);
    let given = 0;
    for await (const chunk of bytes()) {
      given += chunk.length;
      yield chunk;
    }
    if (given !== size) throw new RangeError(`${path}: ${given} bytes came, and ${size} were expected`);
    yield new Uint8Array(padding(size));
  }
  yield new Uint8Array(2 * block);
}

/** How many bytes {@link tar} gives. */
export function tarSize(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, { size }) => sum + block + size + padding(size), 2 * block);
}

/** @throws RangeError where what comes is no archive of plain files, or ends before its end */
export async function* untar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ArchivePart> {
  let waiting: Uint8Array = new Uint8Array(0);
  let left = 0; // of the present file
  let pad = 0;
  let over = false;
  for await (const chunk of chunks) {
    if (over) continue;
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    for (;;) {
      if (left > 0) {
        const bytes = waiting.subarray(0, left);
        if (bytes.length === 0) break;
        waiting = waiting.subarray(bytes.length);
        left -= bytes.length;
        yield { kind: 'bytes', bytes };
        continue;
      }
      if (waiting.length < pad + block) break;
      const head = waiting.subarray(pad, pad + block);
      waiting = waiting.subarray(pad + block);
      if (head.every((byte) => byte === 0)) {
        over = true;
        break;
      }
      const { path, size } = readHeader(head);
      left = size;
      pad = padding(size);
      yield { kind: 'file', path, size };
    }
  }
  if (!over) throw new RangeError('the archive ends before its end');
}

function padding(size: number): number {
  return (block - (size % block)) % block;
}

function header(path: string, size: number, mtime: number): Uint8Array {
  const { prefix, name } = splitPath(path);
  const head = Buffer.alloc(block);
  head.write(name, 0, 'utf8');
  head.write('0000600\0', 100);
  head.write('0000000\0', 108);
  head.write('0000000\0', 116);
  if (size > octalMost) {
    head[124] = 0x80;
    head.writeBigUInt64BE(BigInt(size), 128);
  } else head.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  head.write(
    `${Math.max(0, Math.floor(mtime / 1000))
      .toString(8)
      .padStart(11, '0')}\0`,
    136,
  );
  head.write('        ', 148);
  head.write('0', 156);
  head.write('ustar\0', 257);
  head.write('00', 263);
  head.write(prefix, 345, 'utf8');
  head.write(`${checksum(head).toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

/** A path over 100 bytes is parted at a slash. */
function splitPath(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return { prefix, name };
  }
  throw new RangeError(`${path}: is too long a path for the copy; shorten it`);
}

function readHeader(head: Uint8Array): { path: string; size: number } {
  const bytes = Buffer.from(head);
  const sum = Number.parseInt(textAt(bytes, 148, 8), 8);
  bytes.write('        ', 148);
  if (sum !== checksum(bytes)) throw new RangeError('what comes is no archive');
  if (![0, 0x30].includes(bytes[156] ?? -1)) throw new RangeError('the archive holds something that is no plain file');
  const prefix = textAt(bytes, 345, 155);
  const name = textAt(bytes, 0, 100);
  const size = bytes[124] === 0x80 ? Number(bytes.readBigUInt64BE(128)) : Number.parseInt(textAt(bytes, 124, 12), 8);
  return { path: prefix === '' ? name : `${prefix}/${name}`, size };
}

function textAt(bytes: Buffer, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end).trim();
}

function checksum(head: Uint8Array): number {
  return head.reduce((sum, byte) => sum + byte, 0);
}
