import { allBuiltIn } from '../config/profiles.ts';
import { isModbus, isTalker, isUplink, type Profile } from '../devices/profile.ts';
import type { TalkerProfile } from '../devices/serial/talker-profile.ts';
import type { UplinkProfile } from '../devices/uplinks/uplink-profile.ts';

/** The Modbus profiles that come with the program. */
export function builtInProfiles(): ReadonlyMap<string, Profile> {
  return new Map([...allBuiltIn()].flatMap(([id, profile]) => (isModbus(profile) ? [[id, profile] as const] : [])));
}

/** The profiles of sensors that talk among them. */
export function builtInTalkers(): ReadonlyMap<string, TalkerProfile> {
  return new Map([...allBuiltIn()].flatMap(([id, profile]) => (isTalker(profile) ? [[id, profile] as const] : [])));
}

/** The profiles of sensors behind a broker among them. */
export function builtInUplinks(): ReadonlyMap<string, UplinkProfile> {
  return new Map([...allBuiltIn()].flatMap(([id, profile]) => (isUplink(profile) ? [[id, profile] as const] : [])));
}
