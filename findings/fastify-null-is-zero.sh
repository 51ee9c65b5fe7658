#!/usr/bin/env bash
# A body whose value is null is let in, as zero.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install fastify@5.12.8

probe <<'JS'
import Fastify from 'fastify';
import { report } from './report.mjs';

const app = Fastify();
const body = {
  type: 'object',
  required: ['level'],
  additionalProperties: false,
  properties: { level: { type: 'number' }, occupied: { type: 'boolean' }, name: { type: 'string' } },
};
app.post('/readings', { schema: { body } }, async (request) => request.body);
const post = async (payload) => {
  const { statusCode, body: answer } = await app.inject({ method: 'POST', url: '/readings', payload });
  return { statusCode, answer, said: `${JSON.stringify(payload)} ${statusCode} ${answer}` };
};
const nulls = await post({ level: null, occupied: null, name: null });
const bool = await post({ level: true });
const misspelt = await post({ level: 5, ocupied: true });
await app.close();

report({
  expected: 'null, which is no number, and a key that the schema does not have are refused with 400',
  seen: 'null becomes 0, false or "" before the handler sees it, and the unknown key is taken out: coerceTypes and removeAdditional are on by default',
  figures: [nulls, bool, misspelt].map(({ said }) => said).join('; '),
  still: nulls.statusCode === 200 && JSON.parse(nulls.answer).level === 0 && misspelt.statusCode === 200,
});
JS
