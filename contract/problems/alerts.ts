import { z } from 'zod';
import { problem } from './problem.ts';

const isoTime = z.string();
const minutes = z.number();

export const alertProblems = {
  'no-such-alert': problem(404, 'No such alert', { alert: z.string() }),
  /** `version` is the one that stands. */
  'alert-changed': problem(409, 'The alert has changed meanwhile', { version: z.int() }),
  'alert-closed': problem(409, 'The alert is closed', {}),
  'already-acknowledged': problem(409, 'The alert is acknowledged already', { by: z.string() }),
  'life-safety-not-shelved': problem(409, 'Life safety is not shelved', {}),
  'shelf-too-long': problem(400, 'Shelved for too long', { maxMinutes: minutes }),
  'already-shelved': problem(409, 'The alert is shelved already', {}),
  'not-shelved': problem(409, 'The alert is not shelved', {}),
  'not-acknowledged': problem(409, 'The alert is not acknowledged', {}),
  'condition-stands': problem(409, 'The condition still stands', {}),
  'not-verifiable': problem(409, 'Nobody can say whether the condition still stands', { since: isoTime }),
  'nothing-to-reset': problem(409, 'This alert needs no reset', {}),
  'cause-required': problem(400, 'The cause is to be given', {}),
  'no-such-target': problem(404, 'No such part of the site', { target: z.string() }),
  'target-ambiguous': problem(400, 'Several parts have this name', { target: z.string(), kinds: z.array(z.string()) }),
  'end-in-the-past': problem(400, 'The end has passed already', {}),
  'maintenance-too-long': problem(400, 'Too long for one maintenance', { maxMinutes: minutes }),
  'maintenance-over': problem(404, 'No such maintenance stands', { maintenance: z.string() }),
  'no-such-rule': problem(404, 'No such rule', { site: z.string(), rule: z.string() }),
  'no-learnt-baseline': problem(409, 'This rule learns no baseline', {}),
  'nothing-to-repair': problem(409, 'No repair of this point is due', { point: z.string() }),
  'alert-not-yours': problem(403, 'Only for managers of the building', { building: z.string() }),
};

export type AlertProblemFigures = {
  readonly [C in keyof typeof alertProblems]: z.infer<(typeof alertProblems)[C]['figures']>;
};
