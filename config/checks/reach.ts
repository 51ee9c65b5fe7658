import { type Said, say } from '../../contract/words/check/said.ts';
import { type AnyPoint, type AnyProfile, isTalker, isUplink, rawFormOf } from '../../devices/profile.ts';
import { type RawPlace, type Reach, reachOf } from '../../devices/reach.ts';
import { tryLayout, widthIn } from '../../devices/serial/layout.ts';
import { frameRawForm, type LineProfile } from '../../devices/serial/talker-profile.ts';
import { formOf } from '../../devices/uplinks/field.ts';
import type { Severity } from '../files/problem.ts';

/** The numbers that a point of this profile can give; its keys may be a site's own. */
export function reachIn(profile: AnyProfile, name: string, point: AnyPoint): Reach {
  return reachOf(point, placesOf(profile, name, point));
}

/** Characters of the text that a point gives; null for any number of them. */
export function longestText(profile: AnyProfile, name: string, point: AnyPoint): number | null {
  if ('table' in point) return 2 * (point.length ?? 1);
  return isLines(profile) ? widthOfField(profile, fieldOf(name, point)) : null;
}

type Finding = Said & { readonly key: 'trueBelow' | 'valid'; readonly severity: Severity };

/** Limits that no value reaches, or every one: a bay would be free for ever, or a point without a value. */
export function reachFindings(profile: AnyProfile, name: string, point: AnyPoint): Finding[] {
  if (point.enum !== null || ['bool', 'bit', 'string', 'text'].includes(point.type)) return [];
  const { least, most } = reachIn(profile, name, point);
  if (least > most) {
    const bare = reachIn(profile, name, { ...point, valid: null });
    return [{ key: 'valid', ...say({ code: 'valid-never', least: bare.least, most: bare.most }), severity: 'warning' }];
  }
  const limit = point.trueBelow;
  if (limit === null || (limit > least && limit <= most)) return [];
  return [{ key: 'trueBelow', ...say({ code: 'never-below', limit, least, most }), severity: 'error' }];
}

function placesOf(profile: AnyProfile, name: string, point: AnyPoint): RawPlace[] {
  if ('table' in point) return [{ form: rawFormOf(point), scale: 1 }];
  if ('at' in point) return [{ form: frameRawForm(point.type), scale: 1 }];
  if (isUplink(profile))
    return profile.readers
      .flatMap(({ places, channels }) => [...places, ...channels.flatMap((channel) => channel.places)])
      .filter((place) => place.point === name)
      .map(({ field }) => ({ form: formOf(field), scale: field.scale }));
  if (!isLines(profile)) return [];
  const decimals = 'decimals' in point ? point.decimals : undefined;
  return [{ form: { kind: 'written', decimals, width: widthOfField(profile, fieldOf(name, point)) }, scale: 1 }];
}

function isLines(profile: AnyProfile): profile is LineProfile {
  return isTalker(profile) && profile.protocol === 'serial-lines';
}

function fieldOf(name: string, point: AnyPoint): string {
  return ('field' in point ? point.field : undefined) ?? name;
}

function widthOfField({ frame }: LineProfile, field: string): number | null {
  const parsed = tryLayout(frame.layout);
  return parsed.ok ? widthIn(parsed.layout, field) : null;
}
