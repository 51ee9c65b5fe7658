import type { IfcAPI, PlacedGeometry } from 'web-ifc';
import type { Triangles } from './glb.ts';

/** [east, north, up], metres. */
export type Corner = readonly [east: number, north: number, up: number];

/** The text begins so (ISO 10303-21, 5.1), whatever its schema. */
const begins = 'ISO-10303-21;';

/** no-converter: web-ifc is not there. not-ifc: it reads no model out of it. no-shape: there is nothing to be seen in it. */
export type Converted =
  | { readonly ok: true; readonly triangles: Triangles }
  | { readonly ok: false; readonly why: 'no-converter' | 'not-ifc' | 'no-shape' };

/**
 * The shapes of an IFC file as triangles in metres, y up, as glTF has them. `at`: where the building's corner is in the file's
 * own coordinates. web-ifc gives each shape with a matrix that turns z up into y up and the file's unit into metres; openings and
 * spaces are not among them.
 */
export async function trianglesOfIfc(bytes: Uint8Array, at: Corner): Promise<Converted> {
  if (!new TextDecoder().decode(bytes.subarray(0, 200)).trimStart().startsWith(begins)) return wrong('not-ifc');
  const api = await converter();
  if (api === null) return wrong('no-converter');
  try {
    const model = api.OpenModel(bytes);
    const triangles = api.IsModelOpen(model) ? read(api, model, at) : null;
    if (triangles === null) return wrong('not-ifc');
    return triangles.indexes.length === 0 ? wrong('no-shape') : { ok: true, triangles };
  } catch {
    // web-ifc throws whatever it stumbles over in a file that is none.
    return wrong('not-ifc');
  } finally {
    api.Dispose();
  }
}

function wrong<W>(why: W) {
  return { ok: false, why } as const;
}

async function converter(): Promise<IfcAPI | null> {
  let module: typeof import('web-ifc');
  try {
    module = await import('web-ifc');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
  const api = new module.IfcAPI();
  await api.Init();
  api.SetLogLevel(module.LogLevel.LOG_LEVEL_OFF);
  return api;
}

function read(api: IfcAPI, model: number, at: Corner): Triangles {
  const [corners, indexes]: [Float32Array[], Uint32Array[]] = [[], []];
  let count = 0;
  api.StreamAllMeshes(model, ({ geometries }) => {
    for (let nth = 0; nth < geometries.size(); nth++) {
      const placed = geometries.get(nth);
      const geometry = api.GetGeometry(model, placed.geometryExpressID);
      const vertices = api.GetVertexArray(geometry.GetVertexData(), geometry.GetVertexDataSize());
      const faces = api.GetIndexArray(geometry.GetIndexData(), geometry.GetIndexDataSize());
      corners.push(cornersOf(vertices, placed, at));
      indexes.push(faces.map((index) => index + count));
      count += vertices.length / 6;
      geometry.delete();
    }
  });
  return { corners: joined(new Float32Array(count * 3), corners), indexes: joined(indexRoom(indexes), indexes) };
}

/** `vertices`: position and normal, six numbers each. The matrix is in columns. Far from its origin a file needs double precision. */
function cornersOf(vertices: Float32Array, { flatTransformation: m }: PlacedGeometry, [east, north, up]: Corner) {
  const away = [east, up, -north] as const;
  const corners = new Float32Array(vertices.length / 2);
  for (let from = 0, to = 0; from < vertices.length; from += 6, to += 3) {
    const [x = 0, y = 0, z = 0] = vertices.subarray(from, from + 3);
    for (const axis of [0, 1, 2] as const) {
      const placed =
        (m[axis] ?? 0) * x + (m[4 + axis] ?? 0) * y + (m[8 + axis] ?? 0) * z + (m[12 + axis] ?? 0) - away[axis];
      corners[to + axis] = placed;
    }
  }
  return corners;
}

function indexRoom(parts: readonly Uint32Array[]): Uint32Array {
  return new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
}

function joined<A extends Float32Array | Uint32Array>(whole: A, parts: readonly A[]): A {
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
