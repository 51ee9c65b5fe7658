import type { FastifyReply, FastifyRequest } from 'fastify';
import { cityWords as words } from '../../contract/words/city.ts';
import { cityStepWords } from '../../contract/words/city-configuration.ts';
import { isStep, type Step, stepsOf } from '../configuration/waves.ts';
import type { CityData } from '../data.ts';
import { SetError, type ShownSet } from '../store/configurations.ts';
import type { Reader } from '../store/gateways.ts';
import { isOwn } from './access.ts';
import { type Html, html, type Say } from './html.ts';

/** What somebody decides of a set, on the page and as a program. A set concerns all districts, so does whoever decides of it. */

export function mayStep({ scope, districts, operates }: Reader): boolean {
  return scope === 'operate' && districts === null && operates === null;
}

/** Halting is one press. What hands on or takes back is asked about first. */
export function stepForms({ version, state }: ShownSet, say: Say): Html {
  const each = stepsOf(state).map((step) =>
    step === 'halt'
      ? html`<form method="post" action="${actionOf(version, step)}"><button id="${step}-${version}">${say(cityStepWords[step].name)}</button></form>`
      : html`<a class="step" id="${step}-${version}" href="/configurations?version=${version}&step=${step}">${say(cityStepWords[step].name)}…</a>`,
  );
  return each.length === 0 ? html`` : html`<div class="steps">${each}</div>`;
}

/** Null: nothing is asked, or not any more. */
export function askedOf(
  sets: readonly ShownSet[],
  query: Record<string, unknown>,
): { set: ShownSet; step: Step } | null {
  const set = sets.find(({ version }) => String(version) === query.version);
  const { step } = query;
  return set !== undefined && isStep(step) && stepsOf(set.state).includes(step) ? { set, step } : null;
}

/** A page of its own: nothing on it changes while somebody writes. */
export function askPage({ set, step }: { set: ShownSet; step: Step }, say: Say): Html {
  const { version, targets } = set;
  const { name, effect } = cityStepWords[step];
  const has = targets.filter(({ state }) => state === 'offered' || state === 'trying' || state === 'kept').length;
  const rest = targets.filter(({ state }) => state === 'waiting').length;
  return html`<h2>${say(words.version)} ${version}: ${say(name)}</h2><p>${say(effect({ has, rest }))}</p>
<form method="post" action="${actionOf(version, step)}"><label>${say(words.reason)}
<input name="why" maxlength="500" autocomplete="off"></label> <button>${say(name)}</button></form>
<p><a href="/configurations">${say(words.cancel)}</a></p>`;
}

const actionOf = (version: number, step: Step) => `/api/v1/configurations/${version}/${step}`;

export async function takeStep(
  data: Pick<CityData, 'decide'>,
  reader: Reader,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!isOwn(request)) return reply.code(403).send({ type: '/problems/other-origin', status: 403 });
  if (!mayStep(reader)) return reply.code(403).send({ type: '/problems/scope', status: 403 });
  const { version, step } = request.params as { version: string; step: string };
  if (!/^\d{1,15}$/.test(version) || !isStep(step))
    return reply.code(404).send({ type: '/problems/no-such-step', status: 404 });
  const { why } = (request.body ?? {}) as { why?: unknown };
  const text = typeof why === 'string' && why.trim() !== '' ? why.trim().slice(0, 500) : null;
  const isForm = String(request.headers['content-type']).startsWith('application/x-www-form');
  try {
    await data.decide(Number(version), step, { by: reader.name, why: text });
  } catch (error) {
    if (!(error instanceof SetError)) throw error;
    // The page shows what it has become meanwhile.
    if (isForm) return reply.redirect('/configurations', 303);
    const status = error.code === 'no-set' ? 404 : 409;
    return reply.code(status).send({ type: `/problems/${error.code}`, status });
  }
  return isForm ? reply.redirect('/configurations', 303) : reply.code(202).send({ version: Number(version), step });
}
