import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { InputError } from '../../contract/input-error.ts';
import type { Language } from '../../contract/words/language.ts';
import { type ModelText, modelText } from '../../contract/words/model.ts';
import { extentOf, writeGlb } from './glb.ts';
import { type Corner, trianglesOfIfc } from './ifc.ts';
import { mostModelBytes } from './model-file.ts';

/** web-ifc holds a file some ten times over. */
const mostIfcBytes = 500_000_000;

/** `jari model convert`. A file that is there is never overwritten. @throws InputError */
export async function runModelConvert(options: {
  readonly from: string;
  readonly to: string;
  readonly at?: string;
  readonly language: Language;
}): Promise<{ text: string; json: unknown }> {
  const { from, to, language } = options;
  const refuse = (reason: ModelText) => new InputError([modelText(reason)[language]]);
  const at = cornerOf(options.at ?? '0,0,0');
  if (at === null) throw refuse({ code: 'corner-form', given: options.at ?? '' });
  const bytes = attempt(
    () => {
      const { size } = statSync(from);
      if (size > mostIfcBytes)
        throw refuse({ code: 'ifc-too-large', file: from, mb: mb(size), mostMb: mb(mostIfcBytes) });
      return readFileSync(from);
    },
    (cause) => refuse({ code: 'not-read', file: from, cause }),
  );
  const converted = await trianglesOfIfc(bytes, at);
  if (!converted.ok) throw refuse({ code: converted.why, file: from });
  const glb = writeGlb(converted.triangles, 'jari model convert');
  if (glb.length > mostModelBytes)
    throw refuse({ code: 'model-too-large', file: from, mb: mb(glb.length), mostMb: mb(mostModelBytes) });
  attempt(
    () => writeFileSync(to, glb, { flag: 'wx' }),
    (cause) => refuse({ code: 'not-written', file: to, cause }),
  );
  const { min, max } = extentOf(converted.triangles.corners);
  const [east, up, north] = [0, 1, 2].map((axis) => Math.round(((max[axis] ?? 0) - (min[axis] ?? 0)) * 100) / 100);
  const size = { east: east ?? 0, north: north ?? 0, up: up ?? 0 };
  const written = { file: to, triangles: converted.triangles.indexes.length / 3, bytes: glb.length, size };
  return {
    text: modelText({ code: 'written', ...written, mb: mb(glb.length) })[language],
    json: { ok: true, ...written },
  };
}

/** `12.5,-3,0`: metres east, north and up. */
function cornerOf(text: string): Corner | null {
  const [east = Number.NaN, north = Number.NaN, up = Number.NaN, ...more] = text
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  return more.length === 0 && [east, north, up].every(Number.isFinite) ? [east, north, up] : null;
}

function attempt<R>(work: () => R, refuse: (cause: string) => InputError): R {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw refuse(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
}

function mb(bytes: number): number {
  return Math.round(bytes / 100_000) / 10;
}
