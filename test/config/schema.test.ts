import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { spaceTypes } from '../../config/lots/space-types.ts';
import { siteJsonSchema } from '../../config/site-json-schema.ts';
import { root } from '../needs.ts';

test('site.schema.json is in step with the schema; `npm run schema` writes it', () => {
  expect(readFileSync(join(root, 'config/site.schema.json'), 'utf8')).toBe(siteJsonSchema());
});

test('the schema for editors demands no key that has a default', () => {
  const schema = JSON.parse(siteJsonSchema());
  expect(schema.required).toEqual(['site', 'name', 'agents']);
  expect(schema.additionalProperties).toBe(false);
  expect(schema.properties.lots.items.properties.spaces.items.properties.type.enum).toEqual([...spaceTypes]);
});
