import { didYouMean, oneOf } from '../../config/checks/did-you-mean.ts';
import type { AnyBusConfig, Site } from '../../config/site.ts';
import { type FaultName, type FaultWires, faultKinds, faultNames, isFaultName, type TargetKind } from './catalog.ts';
import { isWide } from './register-faults.ts';
import { kindText, pointsUnder, type Target, targetsOf, textOf } from './target.ts';

/** A fault as somebody asks for it. */
export type FaultWish = {
  readonly target: string;
  readonly name: string;
  /** drifting: how much of a point's range it gains each simulated hour; negative falls. */
  readonly rate?: number;
  /** clock-stepped: how far the wall clock steps, ms; negative steps back. */
  readonly byMs?: number;
};

/** A fault that this site can have. */
export type Fault = {
  readonly name: FaultName;
  readonly target: Target;
  readonly rate: number;
  readonly byMs: number;
};

/** Why a site cannot have it, by the part of the wish that is wrong. */
export type FaultProblem = { readonly at: 'fault' | 'target' | 'rate' | 'by'; readonly message: string };

export type FoundFault =
  | { readonly ok: true; readonly fault: Fault }
  | { readonly ok: false; readonly problems: readonly FaultProblem[] };

const usualRate = 0.01;
const usualStepMs = 3_600_000;

/** What a wish means on this site, or everything that is wrong with it. */
export function findFault(site: Site, wish: FaultWish): FoundFault {
  const { name, rate = usualRate, byMs = usualStepMs } = wish;
  const named = targetsOf(site).filter((target) => textOf(target) === wish.target);
  const problems = [...nameProblems(name), ...targetProblems(site, wish, named), ...sizeProblems(wish)];
  const target = isFaultName(name) ? named.find(({ kind }) => strikes(name).includes(kind)) : undefined;
  if (problems.length > 0 || target === undefined || !isFaultName(name)) return { ok: false, problems };
  return { ok: true, fault: { name, target, rate, byMs } };
}

function strikes(name: FaultName): readonly TargetKind[] {
  return faultKinds[name].strikes;
}

function nameProblems(name: string): FaultProblem[] {
  if (isFaultName(name)) return [];
  const fix = didYouMean(name, faultNames) ?? `there is ${faultNames.join(', ')}`;
  return [{ at: 'fault', message: `${JSON.stringify(name)} is no fault; ${fix}` }];
}

function targetProblems(site: Site, wish: FaultWish, named: readonly Target[]): FaultProblem[] {
  const message = targetProblem(site, wish, named);
  return message === undefined ? [] : [{ at: 'target', message }];
}

function targetProblem(site: Site, { name, target: text }: FaultWish, named: readonly Target[]): string | undefined {
  const kinds: readonly TargetKind[] = isFaultName(name) ? strikes(name) : ['bus', 'device', 'point', 'agent'];
  const [first] = named;
  if (first === undefined) return unknownTarget(site, text, kinds);
  const target = named.find(({ kind }) => kinds.includes(kind));
  if (target === undefined) {
    const wrongKind = `${text} is ${kindText(first.kind)}, and ${name} strikes ${oneOf(kinds.map(kindText))}`;
    return `${wrongKind}; ${known(site, kinds)}`;
  }
  return isFaultName(name) ? unfit(name, target) : undefined;
}

function unknownTarget(site: Site, text: string, kinds: readonly TargetKind[]): string {
  const names = namesOf(site, kinds);
  const near = didYouMean(text, names) ?? didYouMean(text.split('/').at(-1) ?? text, names);
  return `${JSON.stringify(text)}: ${site.id} has no ${oneOf(kinds)} of this name; ${near ?? known(site, kinds)}`;
}

/** Points are too many to list: their devices stand for them. */
function known(site: Site, kinds: readonly TargetKind[]): string {
  const listed = kinds.filter((kind) => kind !== 'point');
  return `there is ${namesOf(site, listed).join(', ')}`;
}

function namesOf(site: Site, kinds: readonly TargetKind[]): string[] {
  return targetsOf(site)
    .filter(({ kind }) => kinds.includes(kind))
    .map(textOf);
}

/** Why this fault cannot happen there although it strikes such things; undefined when it can. */
function unfit(name: FaultName, target: Target): string | undefined {
  const text = textOf(target);
  if (target.kind !== 'agent' && !happensOn(faultKinds[name].wires, target.bus)) {
    const bus = target.kind === 'bus' ? text : `${text} hangs on ${target.name}, which`;
    return `${bus} ${lacks[faultKinds[name].wires]}, so there is no ${name} there`;
  }
  const points = pointsUnder(target);
  if (name === 'drifting' && !points.some(({ valueType }) => valueType === 'number'))
    return `${text} shows no number that could drift`;
  if (name === 'swapped-words' && !points.some(({ profile }) => 'table' in profile && isWide(profile)))
    return `${text} shows no value wider than one register`;
  return undefined;
}

const lacks: Readonly<Record<FaultWires, string>> = {
  any: 'is no bus',
  terminal: 'is no serial port of this machine',
  modbus: 'does not speak Modbus',
  rtu: 'does not speak Modbus RTU',
  line: 'carries whole messages of a network server',
  radio: 'has no network server behind it',
};

function happensOn(wires: FaultWires, { link }: AnyBusConfig): boolean {
  switch (wires) {
    case 'any':
      return true;
    case 'terminal':
      return 'port' in link && typeof link.port === 'string';
    case 'modbus':
      return link.kind !== 'serial' && link.kind !== 'mqtt';
    case 'line':
      return link.kind !== 'mqtt';
    case 'radio':
      return link.kind === 'mqtt';
    case 'rtu':
      return link.kind === 'modbus-rtu' || link.kind === 'modbus-rtu-over-tcp';
  }
}

function sizeProblems({ name, rate, byMs }: FaultWish): FaultProblem[] {
  const problems: FaultProblem[] = [];
  if (rate !== undefined && isFaultName(name) && name !== 'drifting')
    problems.push({ at: 'rate', message: `a rate belongs to drifting; remove it from ${name}` });
  else if (rate !== undefined && (!Number.isFinite(rate) || rate === 0))
    problems.push({ at: 'rate', message: `${rate}: give a share of the range an hour, such as 0.02 or -0.02` });
  if (byMs !== undefined && isFaultName(name) && name !== 'clock-stepped')
    problems.push({ at: 'by', message: `a step belongs to clock-stepped; remove it from ${name}` });
  else if (byMs !== undefined && (!Number.isFinite(byMs) || byMs === 0))
    problems.push({ at: 'by', message: 'give how far the clock steps, such as 1h or -5m' });
  return problems;
}
