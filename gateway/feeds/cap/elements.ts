import {
  capNamespace,
  categories,
  certainties,
  msgTypes,
  responseTypes,
  scopes,
  severities,
  statuses,
  urgencies,
} from './message.ts';
import { tryCapTime } from './time.ts';
import type { XmlElement } from './xml.ts';

/**
 * The structure of a CAP 1.2 message as a table: every element in the order of the schema, how often it may stand, and
 * what it may hold. Source: OASIS CAP 1.2, section 3.2 and the schema in 3.4.
 */
export type ElementRule = {
  readonly name: string;
  /** 1: required. */
  readonly min: 0 | 1;
  readonly max: 1 | 'many';
  readonly holds:
    | 'text'
    | 'time'
    | 'integer'
    | 'decimal'
    | readonly string[]
    | { readonly children: readonly ElementRule[] };
};

type Holds = ElementRule['holds'];
const required = (name: string, holds: Holds = 'text'): ElementRule => ({ name, min: 1, max: 1, holds });
const optional = (name: string, holds: Holds = 'text'): ElementRule => ({ name, min: 0, max: 1, holds });
const repeated = (name: string, holds: Holds = 'text'): ElementRule => ({ name, min: 0, max: 'many', holds });

const pair = { children: [required('valueName'), required('value')] };

const area = {
  children: [
    required('areaDesc'),
    repeated('polygon'),
    repeated('circle'),
    repeated('geocode', pair),
    optional('altitude', 'decimal'),
    optional('ceiling', 'decimal'),
  ],
};

const resource = {
  children: [
    required('resourceDesc'),
    required('mimeType'),
    optional('size', 'integer'),
    optional('uri'),
    optional('derefUri'),
    optional('digest'),
  ],
};

const info = {
  children: [
    optional('language'),
    { name: 'category', min: 1, max: 'many', holds: categories },
    required('event'),
    repeated('responseType', responseTypes),
    required('urgency', urgencies),
    required('severity', severities),
    required('certainty', certainties),
    optional('audience'),
    repeated('eventCode', pair),
    optional('effective', 'time'),
    optional('onset', 'time'),
    optional('expires', 'time'),
    optional('senderName'),
    optional('headline'),
    optional('description'),
    optional('instruction'),
    optional('web'),
    optional('contact'),
    repeated('parameter', pair),
    repeated('resource', resource),
    repeated('area', area),
  ],
} satisfies Holds;

const alert = {
  children: [
    required('identifier'),
    required('sender'),
    required('sent', 'time'),
    required('status', statuses),
    required('msgType', msgTypes),
    optional('source'),
    required('scope', scopes),
    optional('restriction'),
    optional('addresses'),
    repeated('code'),
    optional('note'),
    optional('references'),
    optional('incidents'),
    repeated('info', info),
  ],
};

export type StructureProblem = { readonly where: string; readonly line: number; readonly problem: string };

/** What in the document is not as the schema wants it; empty when nothing. Signatures after the infos are let be. */
export function structureProblems(root: XmlElement): StructureProblem[] {
  if (root.name !== 'alert' || root.namespace !== capNamespace) {
    const problem = `is <${root.name}> of "${root.namespace}", not an alert of ${capNamespace}`;
    return [{ where: root.name, line: root.line, problem }];
  }
  const children = root.children.filter(({ namespace }) => namespace !== 'http://www.w3.org/2000/09/xmldsig#');
  return problemsOf({ ...root, children }, alert, 'alert');
}

function problemsOf(element: XmlElement, holds: Holds, where: string): StructureProblem[] {
  if (typeof holds === 'object' && 'children' in holds) return childProblems(element, holds.children, where);
  const problem = textProblem(element, holds);
  return problem === undefined ? [] : [{ where, line: element.line, problem }];
}

function textProblem({ text, children }: XmlElement, holds: Exclude<Holds, { children: readonly ElementRule[] }>) {
  if (children.length > 0) return 'holds elements where a text belongs';
  if (holds === 'text') return undefined;
  if (holds === 'time') {
    return tryCapTime(text) === undefined ? `"${text}" is not a time such as 2026-11-21T17:48:10+09:00` : undefined;
  }
  if (holds === 'integer') return /^[+-]?\d+$/.test(text) ? undefined : `"${text}" is not a whole number`;
  if (holds === 'decimal') return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? undefined : `"${text}" is not a number`;
  return holds.includes(text) ? undefined : `"${text}" is none of ${holds.join(', ')}`;
}

function childProblems(element: XmlElement, rules: readonly ElementRule[], where: string): StructureProblem[] {
  const found: StructureProblem[] = [];
  let reached = 0;
  for (const child of element.children) {
    const path = `${where}/${child.name}`;
    const place = rules.findIndex(({ name }) => name === child.name);
    const rule = rules[place];
    const tell = (problem: string) => found.push({ where: path, line: child.line, problem });
    if (rule === undefined || child.namespace !== capNamespace) {
      tell('is no element of CAP 1.2 at this place');
      continue;
    }
    if (place < reached) tell(`stands after ${rules[reached]?.name ?? ''}, which the schema puts later`);
    reached = Math.max(reached, place);
    found.push(...problemsOf(child, rule.holds, path));
  }
  for (const { name, min, max } of rules) {
    const count = element.children.filter((child) => child.name === name).length;
    const tell = (problem: string) => found.push({ where: `${where}/${name}`, line: element.line, problem });
    if (count < min) tell('is missing');
    if (max === 1 && count > 1) tell(`stands ${count} times, once is allowed`);
  }
  return found;
}
