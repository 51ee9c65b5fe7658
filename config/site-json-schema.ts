import { z } from 'zod';
import { siteFileSchema } from './schema.ts';

/** The site file's schema as JSON Schema (draft 2020-12), for editors, as the text of `site.schema.json`. */
export function siteJsonSchema(): string {
  const schema = z.toJSONSchema(siteFileSchema, { io: 'input' });
  return `${JSON.stringify({ title: 'Jari site file', ...schema }, null, 2)}\n`;
}
