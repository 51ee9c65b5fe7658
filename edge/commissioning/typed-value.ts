import type { Language } from '../../contract/words/language.ts';
import { type PointProfile, valueTypeOf } from '../../devices/profile.ts';
import { refuse } from './lines.ts';

/** A value as a person types it, of the kind that the point holds. @throws InputError */
export function typedValue(text: string, profile: PointProfile, language: Language): number | boolean | string {
  const type = valueTypeOf(profile);
  if (type === 'string') return text;
  if (type === 'boolean') {
    const said = booleans.get(text.toLowerCase());
    return said ?? refuse({ code: 'value-form', given: text, type }, language);
  }
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number)
    ? refuse({ code: 'value-form', given: text, type }, language)
    : number;
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['off', false],
  ['0', false],
]);
