import type { SiteChange } from '../reasons/site-changes.ts';
import { withParticle } from './particles.ts';
import type { Words } from './words.ts';

/** What a draft of a site file would change of the one in place. */

type Of<C, S = SiteChange> = S extends { readonly code: infer K } ? (C extends K ? S : never) : never;
type Table = { readonly [C in SiteChange['code']]: (figures: Of<C>) => Words };

const table: Table = {
  'other-site': ({ before, after }) => ({
    ko: `시설이 다름: ${before} → ${after}. 기록은 ${before} 이름으로 남음`,
    en: `another site: ${before} → ${after}; what was recorded stays under ${before}`,
  }),
  'agent-gone': ({ agent }) => gone('에이전트', 'agent', agent),
  'agent-new': ({ agent }) => fresh('에이전트', 'agent', agent),
  'agent-changed': ({ agent, keys }) => changed('에이전트', 'agent', agent, keys),
  'bus-gone': ({ bus }) => gone('버스', 'bus', bus),
  'bus-new': ({ bus }) => fresh('버스', 'bus', bus),
  'bus-changed': ({ bus, keys }) => changed('버스', 'bus', bus, keys),
  'bus-load': ({ bus, before, after }) => ({
    ko: `버스 ${bus}: 부하 ${percent(before)} → ${percent(after)}`,
    en: `bus ${bus}: load ${percent(before)} → ${percent(after)}`,
  }),
  'device-gone': ({ device }) => gone('장치', 'device', device),
  'device-new': ({ device }) => fresh('장치', 'device', device),
  'device-moved': ({ before, after }) => ({
    ko: `장치가 다른 버스로 이동: ${before} → ${after}`,
    en: `a device moves to another bus: ${before} → ${after}`,
  }),
  'device-changed': ({ device, keys }) => changed('장치', 'device', device, keys),
  'points-gone': ({ points, lifeSafety }) => gone('측정점', 'points', few(points), lifeSafety),
  'points-new': ({ points, lifeSafety }) => fresh('측정점', 'points', few(points), lifeSafety),
  'points-slower': ({ points, before, after }) => ({
    ko: `측정점 ${few(points)}: ${seconds(before)}초마다 → ${seconds(after)}초마다로 느려짐`,
    en: `points ${few(points)}: every ${seconds(before)} s → every ${seconds(after)} s`,
  }),
  'points-changed': ({ points, keys }) => changed('측정점', 'points', few(points), keys),
  'rule-gone': ({ rule, about, lifeSafety }) => gone('규칙', 'rule', ruleOf(rule, about), lifeSafety),
  'rule-new': ({ rule, about, lifeSafety }) => fresh('규칙', 'rule', ruleOf(rule, about), lifeSafety),
  'rule-changed': ({ rule, about, lifeSafety, keys }) => changed('규칙', 'rule', ruleOf(rule, about), keys, lifeSafety),
  'rule-watches-less': ({ rule, points }) => ({
    ko: `규칙 ${withParticle(rule, '이/가')} 더 이상 보지 않는 측정점: ${few(points)}`,
    en: `rule ${rule} does not watch any more: ${few(points)}`,
  }),
  'interlock-gone': ({ interlock }) => gone('연동', 'interlock', interlock),
  'interlock-new': ({ interlock }) => fresh('연동', 'interlock', interlock),
  'interlock-changed': ({ interlock, keys }) => changed('연동', 'interlock', interlock, keys),
  'building-gone': ({ building }) => gone('건물', 'building', building),
  'building-new': ({ building }) => fresh('건물', 'building', building),
  'building-changed': ({ building, keys }) => changed('건물', 'building', building, keys),
  'lot-gone': ({ lot }) => gone('주차장', 'lot', lot),
  'lot-new': ({ lot }) => fresh('주차장', 'lot', lot),
  'lot-changed': ({ lot, keys }) => changed('주차장', 'lot', lot, keys),
  'spaces-gone': ({ lot, spaces }) => ({
    ko: `주차장 ${lot}: 주차면 ${spaces.length}면 없어짐(${few(spaces)})`,
    en: `lot ${lot}: ${spaces.length} spaces gone (${few(spaces)})`,
  }),
  'spaces-new': ({ lot, spaces }) => ({
    ko: `주차장 ${lot}: 주차면 ${spaces.length}면 추가(${few(spaces)})`,
    en: `lot ${lot}: ${spaces.length} spaces new (${few(spaces)})`,
  }),
  'space-changed': ({ lot, space, keys }) => changed('주차면', 'space', `${lot}/${space}`, keys),
  'backup-off': () => ({ ko: '야간 백업이 꺼짐', en: 'the nightly copy is switched off' }),
  'site-changed': ({ keys }) => ({ ko: `시설 설정 변경: ${keys.join(', ')}`, en: `the site's ${keys.join(', ')}` }),
};

export function siteChangeWords(change: SiteChange): Words {
  const words = table[change.code] as (figures: SiteChange) => Words;
  return words(change);
}

/** What stands over the list, and in place of it. */
export const siteChangeHeads = {
  against: (file: string, changes: number, losses: number): Words => ({
    ko: `${file} 대비 변경 ${changes}건${losses === 0 ? '' : `, 그중 줄어드는 것 ${losses}건(!)`}`,
    en: `${changes} ${changes === 1 ? 'change' : 'changes'} against ${file}${losses === 0 ? '' : `, ${losses} of which take something away (!)`}`,
  }),
  same: (file: string): Words => ({ ko: `${withParticle(file, '와/과')} 같음`, en: `the same as ${file}` }),
};

function gone(ko: string, en: string, name: string, lifeSafety = false): Words {
  return {
    ko: `${ko} 없어짐: ${name}${lifeSafety ? ' (인명 안전)' : ''}`,
    en: `${en} gone: ${name}${lifeSafety ? ' (life safety)' : ''}`,
  };
}

function fresh(ko: string, en: string, name: string, lifeSafety = false): Words {
  return {
    ko: `${ko} 추가: ${name}${lifeSafety ? ' (인명 안전)' : ''}`,
    en: `${en} new: ${name}${lifeSafety ? ' (life safety)' : ''}`,
  };
}

function changed(ko: string, en: string, name: string, keys: readonly string[], lifeSafety = false): Words {
  const list = keys.join(', ');
  return {
    ko: `${ko} ${name} 변경: ${list}${lifeSafety ? ' (인명 안전)' : ''}`,
    en: `${en} ${name} changed: ${list}${lifeSafety ? ' (life safety)' : ''}`,
  };
}

function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`;
}

function seconds(ms: number): string {
  return String(Math.round(ms / 100) / 10);
}

/** A rule of one subject by its name, of many with some of them. */
function ruleOf(rule: string, about: readonly string[]): string {
  return about.length === 0 ? rule : `${rule}: ${few(about)}`;
}

function few(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 5).join(', ')} …` : names.join(', ');
}
