import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';
import { durationText, listed } from './text.ts';

/** What would lighten a bus, and what only time can tell apart on it, in words. */

/**
 * together: read at one period what stands side by side · slower: read half as often, `points` those of the device that
 * are meant, null for all · readable: say in the profile what may be read in one request · baud: a faster line · move:
 * devices to another bus, `to` null for a new one; shares of that one before and after, 0–1.
 */
export type LoadChange =
  | { readonly kind: 'together'; readonly device: string; readonly slowMs: number; readonly quickMs: number }
  | {
      readonly kind: 'slower';
      readonly device: string;
      readonly points: readonly string[] | null;
      readonly everyMs: number;
      readonly insteadMs: number;
    }
  | {
      readonly kind: 'readable';
      readonly profile: string;
      readonly table: string;
      readonly first: number;
      readonly last: number;
    }
  | { readonly kind: 'baud'; readonly baudRate: number }
  | {
      readonly kind: 'move';
      readonly devices: readonly string[];
      readonly to: { readonly bus: string; readonly before: number } | null;
      readonly there: number;
    };

/** What to do, without an end: `reading di-1 every 1s instead of 500ms`. */
export function loadChangeWords(change: LoadChange): Words {
  switch (change.kind) {
    case 'together': {
      const [slow, quick] = [durationText(change.slowMs), durationText(change.quickMs)];
      return {
        ko: `${change.device}에서 ${slow}마다 읽는 것도 같은 요청으로 ${quick}마다 함께 읽기`,
        en: `reading what ${change.device} has every ${slow} every ${quick} too, in the same requests`,
      };
    }
    case 'slower': {
      const { device, points } = change;
      const [every, instead] = [durationText(change.everyMs), durationText(change.insteadMs)];
      return {
        ko: `${points === null ? withParticle(device, '을/를') : `${device}의 ${withParticle(points.join(', '), '을/를')}`} ${instead} 대신 ${every}마다 읽기`,
        en: `reading ${points === null ? device : `${listed(points)} of ${device}`} every ${every} instead of ${instead}`,
      };
    }
    case 'readable': {
      const { profile, table, first, last } = change;
      return {
        ko: `${table} ${first}–${last}를 한 요청으로 읽을 수 있는 장치라면 장치 종류 ${profile}에 그 범위를 명시(readable)`,
        en: `saying in the profile ${profile} that ${table} ${first}–${last} may be read in one request, if it may (readable)`,
      };
    }
    case 'baud':
      return {
        ko: `회선의 모든 장치를 바꿀 수 있으면 baudRate ${change.baudRate}`,
        en: `baudRate ${change.baudRate}, if every device on the line can be set to it`,
      };
    case 'move': {
      const { devices, to, there } = change;
      const after = `${Math.round(there * 100)} %`;
      if (to === null)
        return {
          ko: `${devices.join(', ')}에 회선을 하나 더 두기(그 회선 ${after})`,
          en: `a second bus for ${listed(devices)} (${after} there)`,
        };
      const before = Math.round(to.before * 100);
      return {
        ko: `${withParticle(devices.join(', '), '을/를')} ${withParticle(to.bus, '으로/로')} 옮기기(그 회선 ${before} → ${after})`,
        en: `moving ${listed(devices)} to ${to.bus} (${before} → ${after} there)`,
      };
    }
  }
}

/**
 * Ranges of a serial bus whose replies have one length. `ranges`: those that are alike; null: `devices` have a single length
 * each. `profiles`: where it may be said what else can be read with them; null where the map ends there. `rests`: their
 * units rest three timeouts after a miss.
 */
export type LoadNote = {
  readonly timeoutMs: number;
  readonly devices: readonly string[];
  readonly ranges: readonly string[] | null;
  readonly profiles: readonly string[] | null;
  readonly rests: boolean;
};

export function loadNoteWords({ timeoutMs, devices, ranges, profiles, rests }: LoadNote): Words {
  const rest = {
    ko: `무응답 뒤에 그 장치를 ${timeoutMs} ms가 아니라 ${3 * timeoutMs} ms 쉬게 합니다`,
    en: `after a miss the unit rests ${3 * timeoutMs} ms, not ${timeoutMs}`,
  };
  const why =
    profiles === null ? { ko: '주소표가 거기서 끝나 ', en: ', since the map ends there' } : { ko: '', en: '' };
  const fix =
    profiles === null
      ? { ko: '', en: '' }
      : {
          ko: ` 앞뒤를 한 요청으로 더 읽을 수 있으면 ${profiles.join(', ')}에 명시하세요(readable).`,
          en: `; if more may be read around them in one request, say so in ${listed(profiles)} (readable)`,
        };
  if (ranges === null)
    return {
      ko: `${withParticle(devices.join(', '), '은/는')} ${why.ko}응답 길이가 한 가지뿐이어서, ${rest.ko}.${fix.ko}`,
      en: `replies of ${listed(devices)} have one length only${why.en}, so ${rest.en}${fix.en}`,
    };
  const also = rests ? { ko: ` ${rest.ko}.`, en: `, and ${rest.en}` } : { ko: '', en: '' };
  return {
    ko: `${withParticle(ranges.join(', '), '은/는')} ${why.ko}응답 길이가 같아서, 서로 ${timeoutMs} ms 간격을 두고 읽습니다.${also.ko}${fix.ko}`,
    en: `${listed(ranges)} have replies of equal length${why.en}, so they follow each other ${timeoutMs} ms apart${also.en}${fix.en}`,
  };
}

/** Heads of the table of buses, and what stands before a note below it. */
export const loadTableWords = {
  bus: { ko: '회선', en: 'bus' },
  devices: { ko: '장치', en: 'devices' },
  requests: { ko: '요청/초', en: 'requests/s' },
  share: { ko: '회선 점유', en: 'of wire' },
  latest: { ko: '최대 지연', en: 'latest poll' },
  note: { ko: '참고', en: 'note' },
} as const satisfies { readonly [name: string]: Words };
