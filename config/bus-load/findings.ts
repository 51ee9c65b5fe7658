import type { AgentId } from '../../contract/ids.ts';
import { say } from '../../contract/words/check/said.ts';
import type { Finding, Path } from '../files/problem.ts';
import { type AnyBusConfig, type BusConfig, isModbusBus, isTalkerBus, type TalkerBusConfig } from '../site.ts';
import { deviceLoads, shareOfTalkers } from './bus-load.ts';
import { latenessOf } from './lateness.ts';
import { busShare } from './polls.ts';
import { lengthNotes } from './reply-lengths.ts';
import { changesOf, warnedShare } from './suggestions.ts';

/** An agent of a site file with those of its buses whose plan can be made out, and where they stand in the file. */
export type PlannedAgent = {
  /** undefined when the id is missing or wrong. */
  readonly id: AgentId | undefined;
  readonly buses: readonly PlannedBus[];
};

export type PlannedBus = { readonly bus: AnyBusConfig; readonly path: Path; readonly devicePaths: readonly Path[] };

type Planned<B> = Omit<PlannedBus, 'bus'> & { readonly bus: B };

/** Buses whose reads do not fit their wire, or hardly, and devices that cannot be read as often as planned. */
export function loadFindings({ buses }: PlannedAgent): Finding[] {
  const asked = buses.flatMap(({ bus, ...rest }) => (isModbusBus(bus) ? [{ bus, ...rest }] : []));
  const all = asked.map(({ bus }) => bus);
  return [
    ...asked.flatMap((planned) => [
      ...patienceFindings(planned),
      ...shareFindings(planned, all),
      ...paceFindings(planned),
    ]),
    ...buses.flatMap(({ bus, path }) => (isTalkerBus(bus) ? talkerFindings(bus, path) : [])),
  ];
}

/** A device that begins to answer only when nobody waits any more never has a value, and its late replies stand in others' way. */
function patienceFindings({ bus, devicePaths }: Planned<BusConfig>): Finding[] {
  return bus.devices.flatMap(({ profile }, i): Finding[] => {
    const turnaroundMs = bus.turnaroundMs ?? profile.quirks.turnaround ?? 0;
    const path = devicePaths[i];
    if (turnaroundMs < bus.timeoutMs || path === undefined) return [];
    const said = say({ code: 'timeout-below-turnaround', turnaroundMs, timeoutMs: bus.timeoutMs });
    return [{ path, ...said, severity: 'warning' }];
  });
}

const refusedShare = 1;

function talkerFindings(bus: TalkerBusConfig, path: Path): Finding[] {
  const share = shareOfTalkers(bus);
  const [most] = deviceLoads(bus).toSorted((a, b) => b.share - a.share);
  if (share <= warnedShare || most === undefined) return [];
  const load = { share, baudRate: bus.link.baudRate, device: most.device, deviceShare: most.share };
  return [
    { path, ...say({ code: 'frames-over-wire', ...load }), severity: share > refusedShare ? 'error' : 'warning' },
  ];
}

function shareFindings({ bus, path }: Planned<BusConfig>, buses: readonly BusConfig[]): Finding[] {
  const share = busShare(bus);
  const [most] = deviceLoads(bus).toSorted((a, b) => b.share - a.share);
  if (share <= warnedShare || most === undefined) return [];
  const baudRate = 'baudRate' in bus.link ? bus.link.baudRate : null;
  const [best] = changesOf(bus, buses);
  const help = best === undefined ? null : { what: best.what, ko: best.ko, share: best.share };
  const said = say({ code: 'reads-over-wire', share, baudRate, device: most.device, deviceShare: most.share, help });
  return [{ path, ...said, severity: share > refusedShare ? 'error' : 'warning' }];
}

/** Devices that are read less often than planned though the wire has room, since their replies must not be mixed up. */
function paceFindings({ bus, devicePaths }: Planned<BusConfig>): Finding[] {
  const alike = new Set(
    lengthNotes(bus)
      .flatMap(({ kind, ranges }) => (kind === 'alike' ? ranges : []))
      .map(({ device }) => device),
  );
  if (alike.size === 0 || busShare(bus) > refusedShare) return [];
  const late = latenessOf(bus);
  return bus.devices.flatMap(({ id, profile }, i) => {
    const worst = late
      .filter(({ poll, merged }) => poll.device === id && merged > toleratedMerges)
      .toSorted((a, b) => b.merged - a.merged)[0];
    const path = devicePaths[i];
    if (!alike.has(id) || worst === undefined || path === undefined) return [];
    const { poll, merged } = worst;
    const figures = { timeoutMs: bus.timeoutMs, range: poll.range, everyMs: poll.everyMs, missed: merged };
    const said = say({ code: 'alike-replies-late', ...figures, profile: profile.id });
    return [{ path, ...said, severity: 'warning' as const }];
  });
}

const toleratedMerges = 0.01;
