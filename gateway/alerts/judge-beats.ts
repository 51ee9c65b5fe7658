import { type ChainHop, chainRef } from '../../contract/chain.ts';
import type { AgentId } from '../../contract/ids.ts';
import { compileRule } from '../../rules/compile.ts';
import { conditionSchema } from '../../rules/condition.ts';
import type { Rule } from '../../rules/rule.ts';
import type { StateChange } from '../state/changes.ts';
import type { Draft } from './draft.ts';

type Beat = Extract<StateChange, { kind: 'beat' }>;

/** The part that chain notices are of, and the role that alone hears them. */
export const chainPart = 'chain';

/** A trouble that the chain asks alerts to show, or to end. */
export type ChainTrouble = { readonly hop: ChainHop; readonly agent: AgentId | null; readonly stands: boolean };

/**
 * Judges the chain's own reading by a rule like every other reading and writes its notice, in the same commit; so it breaks where an
 * alert would break. It never is an alert: nothing is raised, kept in history or counted.
 */
export function judgeBeats(draft: Draft, changes: readonly StateChange[]): void {
  for (const change of changes) if (change.kind === 'beat' && isMet(change)) write(draft, change);
}

function write(draft: Draft, { site, agent, beat }: Beat): void {
  const key = `chain/${site}/${agent}/${beat}`;
  draft.notices.push({
    key,
    part: chainPart,
    site,
    building: 'site',
    alert: null,
    audience: { role: chainPart, step: 0 },
    reason: 'beat',
    urgency: 'routine',
    payload: { synthetic: true, title: { ko: '경로 점검', en: 'Chain check' }, text: { ko: key, en: key } },
    created: draft.at.wall,
  });
  draft.signals.push({ kind: 'beat', site, agent, key });
}

/** Nothing is remembered from one to the next: each brings the false that its true rises from. */
function isMet({ values, mono }: Beat): boolean {
  let state = rule.start();
  let verdict = '';
  for (const value of values) {
    const sample = { value, fault: null, epoch: 1, mono };
    const stepped = rule.step(state, { kind: 'sample', point: chainRef, sample });
    state = stepped.state;
    verdict = stepped.judgement.verdict;
  }
  return verdict === 'met';
}

const words = { ko: '경로 점검', en: 'Chain check' };
const ofChain: Rule = {
  id: 'site/chain',
  name: 'chain',
  building: null,
  hazard: 'equipment',
  about: null,
  title: words,
  lifeSafety: false,
  consequence: words,
  action: null,
  who: chainPart,
  withinMs: 0,
  levels: 'own',
  provenance: { source: 'own: a reading that is made to be judged', confirmedBy: null },
  condition: conditionSchema.parse({ kind: 'threshold', levels: { 관심: { is: true } } }),
  points: [
    {
      ref: chainRef,
      type: 'boolean',
      unit: '',
      kind: 'contact',
      valid: null,
      words: null,
      bits: null,
      everyMs: 60_000,
      maxSilenceMs: 60_000,
    },
  ],
};
const rule = compileRule(ofChain);
