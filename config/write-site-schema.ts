import { writeFileSync } from 'node:fs';
import { siteJsonSchema } from './site-json-schema.ts';

writeFileSync(new URL('./site.schema.json', import.meta.url), siteJsonSchema());
