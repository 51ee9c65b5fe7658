import { z } from 'zod';
import { idPattern } from './id-form.ts';

/**
 * Names that cross a boundary. Sites, agents, buses, devices, lots and buildings share one form; points have their own.
 * A site has unique device ids, so a point is named in full by `device/point`.
 */

const pointPattern = /^[a-z][a-z0-9_]{0,62}$/;

const id = z.string().regex(idPattern, 'an id is 1–63 of a–z, 0–9 and -, and begins with a letter or digit');

export const siteIdSchema = id.brand<'SiteId'>();
export const agentIdSchema = id.brand<'AgentId'>();
export const busIdSchema = id.brand<'BusId'>();
export const deviceIdSchema = id.brand<'DeviceId'>();
export const lotIdSchema = id.brand<'LotId'>();
export const spaceIdSchema = id.brand<'SpaceId'>();
export const buildingIdSchema = id.brand<'BuildingId'>();
export const alertIdSchema = id.brand<'AlertId'>();
export const pointNameSchema = z
  .string()
  .regex(pointPattern, 'a point name is 1–63 of a–z, 0–9 and _, and begins with a letter')
  .brand<'PointName'>();

export type SiteId = z.infer<typeof siteIdSchema>;
export type AgentId = z.infer<typeof agentIdSchema>;
export type BusId = z.infer<typeof busIdSchema>;
export type DeviceId = z.infer<typeof deviceIdSchema>;
export type LotId = z.infer<typeof lotIdSchema>;
export type SpaceId = z.infer<typeof spaceIdSchema>;
export type BuildingId = z.infer<typeof buildingIdSchema>;
export type AlertId = z.infer<typeof alertIdSchema>;
export type PointName = z.infer<typeof pointNameSchema>;

/** A point in full: `device/point`. */
export type PointRef = string & z.BRAND<'PointRef'>;

export const pointRefSchema = z.string().transform((text, ctx): PointRef => {
  const ref = tryPointRef(text);
  if (ref !== undefined) return ref;
  ctx.addIssue({ code: 'custom', message: 'a point is written device/point, as in tilt-se/tilt_x' });
  return z.NEVER;
});

/** Joins a device and a point name into `device/point`. */
export function pointRef(device: DeviceId, point: PointName): PointRef {
  return `${device}/${point}` as PointRef;
}

/** Reads `device/point`; undefined when it is not of that form. */
export function tryPointRef(text: string): PointRef | undefined {
  const [device, point, rest] = text.split('/');
  if (device === undefined || point === undefined || rest !== undefined) return undefined;
  return idPattern.test(device) && pointPattern.test(point) ? (text as PointRef) : undefined;
}

/** The two halves of `device/point`. */
export function splitPointRef(ref: PointRef): { device: DeviceId; point: PointName } {
  const slash = ref.indexOf('/');
  return { device: ref.slice(0, slash) as DeviceId, point: ref.slice(slash + 1) as PointName };
}

/** Words that stand where an agent or a building id would stand in a topic, so nothing may be named so. */
export const reservedAgentIds: readonly string[] = ['parking', 'alerts'];
/**
 * `{agent}/command/…` is where commands go, `{agent}/certificate/…` where certificates are renewed, `{agent}/chain/…` where
 * the chain of alerts is proven.
 */
export const reservedDeviceIds: readonly string[] = ['command', 'certificate', 'chain'];
export const reservedBuildingIds: readonly string[] = ['site'];
