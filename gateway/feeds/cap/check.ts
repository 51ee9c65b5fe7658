import { structureProblems } from './elements.ts';
import { type CapRule, capRules } from './rules.ts';
import { parseXml, type XmlElement } from './xml.ts';

/** One rule that a document breaks, and where. */
export type CapBreach = {
  readonly rule: string;
  readonly source: string;
  readonly where: string;
  /** From 1. */
  readonly line: number;
  readonly problem: string;
};

/**
 * A CAP 1.2 document against the schema's structure and the rules of `rules.ts`; empty when it keeps all of them. It is
 * asked besides a schema validator, which knows nothing of lengths, orders of time or references. Pure, never throws.
 */
export function checkCap(text: string): readonly CapBreach[] {
  const parsed = parseXml(text);
  if ('problem' in parsed) {
    const { problem, line } = parsed;
    return [{ rule: 'well-formed', source: 'XML 1.0', where: 'document', line, problem }];
  }
  const { root } = parsed;
  const structure = structureProblems(root).map((found) => ({
    rule: 'structure',
    source: 'OASIS CAP 1.2, 3.4 XML schema',
    ...found,
  }));
  // Rules read what the structure promises.
  return structure.length > 0 ? structure : capRules.flatMap((rule) => breachesOf(rule, root));
}

function breachesOf({ id, source, at, wrong }: CapRule, alert: XmlElement): CapBreach[] {
  return placesOf(at, alert).flatMap(({ element, where }) => {
    const problem = wrong(element, alert);
    return problem === null ? [] : [{ rule: id, source, where, line: element.line, problem }];
  });
}

function placesOf(at: CapRule['at'], alert: XmlElement): { element: XmlElement; where: string }[] {
  if (at === 'alert') return [{ element: alert, where: 'alert' }];
  const infos = alert.children
    .filter(({ name }) => name === 'info')
    .map((element, index) => ({ element, where: `alert/info[${index + 1}]` }));
  if (at === 'info') return infos;
  return infos.flatMap(({ element, where }) =>
    element.children
      .filter(({ name }) => name === at)
      .map((child, index) => ({ element: child, where: `${where}/${at}[${index + 1}]` })),
  );
}
