import { devicesOf, isModbusBus, type Site } from '../../config/site.ts';
import type { PointRef } from '../../contract/ids.ts';
import type { ProofStatus } from '../../contract/words/handover.ts';
import type { Proof, ProofLog } from './proofs.ts';
import { configHash } from './prove.ts';

/** What a hand-over says of a site: every point of it, whether anybody proved it or not. Pure. */

export type HandoverPoint = {
  readonly point: PointRef;
  readonly kind: string;
  readonly unit: string | null;
  readonly status: ProofStatus;
  /** The entry that decides; null where there is none. */
  readonly proof: Proof | null;
};

export type HandoverDevice = {
  readonly agent: string;
  readonly bus: string;
  readonly device: string;
  readonly profile: string;
  readonly maker: string;
  readonly model: string;
  /** hardware, field, manual or none: how good the profile's source is. */
  readonly verified: string;
  readonly points: readonly HandoverPoint[];
};

export type Handover = {
  readonly site: string;
  readonly name: { readonly ko: string; readonly en: string };
  readonly devices: readonly HandoverDevice[];
  readonly counts: Readonly<Record<ProofStatus, number>>;
  readonly head: string;
  readonly isBroken: boolean;
};

export function handoverOf(site: Site, log: ProofLog): Handover {
  const last = lastOf(log.proofs.filter((proof) => proof.site === site.id));
  const devices = site.agents.flatMap((agent) =>
    devicesOf(agent).map(({ bus, device }): HandoverDevice => {
      const { id, maker, model, verified } = device.profile;
      // Sensors that are not asked by Modbus have no way to be proved here, and none of them is.
      const config = isModbusBus(bus) ? bus.devices.find((each) => each.id === device.id) : undefined;
      const points = device.points.map((point): HandoverPoint => {
        const own = config?.points.find(({ ref }) => ref === point.ref);
        const proof = last.get(point.ref) ?? null;
        const now = config === undefined || own === undefined ? null : configHash(config, own);
        const { kind, unit } = point.profile;
        return { point: point.ref, kind, unit, status: statusOf(proof, now), proof };
      });
      return { agent: agent.id, bus: bus.id, device: device.id, profile: id, maker, model, verified, points };
    }),
  );
  const { head, brokenAt } = log;
  return { site: site.id, name: site.name, devices, counts: countsOf(devices), head, isBroken: brokenAt !== null };
}

/** The newest entry decides: a sensor that failed after it was proved is not proved. What a virtual line gave never counts. */
export function statusOf(proof: Proof | null, config: string | null): ProofStatus {
  if (proof === null || config === null) return 'unproved';
  if (proof.simulated) return 'simulated';
  if (proof.verdict === 'failed') return 'failed';
  return proof.config === config ? 'proved' : 'changed';
}

/** The newest entry of each point; one of a real line is not put aside by one of a virtual line. */
function lastOf(proofs: readonly Proof[]): ReadonlyMap<PointRef, Proof> {
  const found = new Map<PointRef, Proof>();
  for (const proof of proofs)
    if (!(proof.simulated && found.get(proof.point)?.simulated === false)) found.set(proof.point, proof);
  return found;
}

function countsOf(devices: readonly HandoverDevice[]): Handover['counts'] {
  const counts: Record<ProofStatus, number> = { proved: 0, failed: 0, unproved: 0, changed: 0, simulated: 0 };
  for (const { status } of devices.flatMap(({ points }) => points)) counts[status]++;
  return counts;
}
