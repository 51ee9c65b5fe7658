/** The binary container of glTF 2.0 (Khronos glTF 2.0, 4.4), as far as one list of triangles needs it. Pure. */

/** Bytes that say what a file is. */
export const headBytes = 12;
const magic = 0x46546c67;
const json = 0x4e4f534a;
const bin = 0x004e4942;

/** Corners in metres, y up, three numbers each; three indexes a triangle. */
export type Triangles = { readonly corners: Float32Array; readonly indexes: Uint32Array };

/** How many bytes the file says that it has; null: it is no glTF 2.0 binary. */
export function glbLength(head: Buffer): number | null {
  if (head.length < headBytes || head.readUInt32LE(0) !== magic || head.readUInt32LE(4) !== 2) return null;
  return head.readUInt32LE(8);
}

/** The least and the greatest corner, [x, y, z]. */
export function extentOf(corners: Float32Array): { readonly min: number[]; readonly max: number[] } {
  const [min, max] = [new Array<number>(3).fill(Number.POSITIVE_INFINITY), new Array<number>(3).fill(-Infinity)];
  for (let at = 0; at < corners.length; at++) {
    const [axis, value] = [at % 3, corners[at] ?? 0];
    min[axis] = Math.min(min[axis] ?? value, value);
    max[axis] = Math.max(max[axis] ?? value, value);
  }
  return { min, max };
}

export function writeGlb({ corners, indexes }: Triangles, generator: string): Buffer {
  const body = Buffer.concat([bytesOf(corners), bytesOf(indexes)]);
  const { min, max } = extentOf(corners);
  const text = JSON.stringify({
    asset: { version: '2.0', generator },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1 }] }],
    // 5126: float; 5125: unsigned int; 34962 and 34963: corners and indexes (glTF 2.0, 5.1.3 and 5.11.5).
    accessors: [
      { bufferView: 0, componentType: 5126, count: corners.length / 3, type: 'VEC3', min, max },
      { bufferView: 1, componentType: 5125, count: indexes.length, type: 'SCALAR' },
    ],
    bufferViews: [
      { buffer: 0, byteOffset: 0, byteLength: corners.byteLength, target: 34962 },
      { buffer: 0, byteOffset: corners.byteLength, byteLength: indexes.byteLength, target: 34963 },
    ],
    buffers: [{ byteLength: body.length }],
  });
  const chunks = [chunk(json, padded(Buffer.from(text), 0x20)), chunk(bin, padded(body, 0))];
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(2, 4);
  head.writeUInt32LE(headBytes + chunks.reduce((sum, { length }) => sum + length, 0), 8);
  return Buffer.concat([head, ...chunks]);
}

function chunk(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(data.length, 0);
  head.writeUInt32LE(type, 4);
  return Buffer.concat([head, data]);
}

function padded(data: Buffer, by: number): Buffer {
  return Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4, by)]);
}

/** Machines that Jari runs on are little-endian, as glTF is. */
function bytesOf(numbers: Float32Array | Uint32Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
