import type { Language } from '../contract/words/language.ts';
import { withParticle } from '../contract/words/particles.ts';
import { phaseWords, upgradeFailureWords } from '../contract/words/upgrade.ts';
import { folderOf } from './installed.ts';

/** `jari upgrade status`. */
export function runStatus({ data, language, now }: { data: string; language: Language; now: number }): {
  text: string;
  json: object;
} {
  const folder = folderOf(data);
  const read = folder.state();
  const last = folder.last();
  const current = folder.current();
  const lines: string[] = [];
  if (read.kind === 'there') {
    const { from, to, phase, at, reason, crashes, interruptions } = read.state;
    const minutes = Math.max(0, Math.round((now - at) / 60_000));
    lines.push(
      {
        ko: `${from.version} → ${to.version}: ${phaseWords[phase].ko} (${minutes}분 전 시작)`,
        en: `${from.version} → ${to.version}: ${phaseWords[phase].en} (asked for ${minutes} min ago)`,
      }[language],
    );
    const { trialAt, limits } = read.state;
    if (phase === 'trial' && trialAt !== undefined) {
      const [done, whole] = [now - trialAt, limits.commitAfterMs].map((ms) => Math.max(0, Math.round(ms / 60_000)));
      lines.push(
        {
          ko: `시험 운전 ${done}분 경과. 이상이 없으면 ${whole}분째에 확정됩니다.`,
          en: `${done} min of the trial are over; where nothing stands against it, it is kept after ${whole}.`,
        }[language],
      );
    }
    if (crashes > 0 || interruptions > 1) {
      const again = Math.max(0, interruptions - 1);
      lines.push(
        { ko: `비정상 종료 ${crashes}회, 중단 ${again}회`, en: `ended by itself: ${crashes}, interrupted: ${again}` }[
          language
        ],
      );
    }
    if (reason !== null) lines.push(upgradeFailureWords(reason)[language]);
  } else lines.push({ ko: '진행 중인 업그레이드 없음', en: 'No upgrade is under way.' }[language]);
  if (last !== null) {
    const { from, to, outcome, at, reason, setAside } = last;
    const day = new Date(at).toISOString();
    lines.push(
      outcome === 'committed'
        ? {
            ko: `${day} ${to.version} 확정(이전 ${from.version})`,
            en: `${day} ${to.version} was committed, in place of ${from.version}.`,
          }[language]
        : {
            ko: `${day} ${to.version}에서 ${withParticle(from.version, '으로/로')} 되돌아옴`,
            en: `${day} went back from ${to.version} to ${from.version}.`,
          }[language],
    );
    if (reason !== null) lines.push(upgradeFailureWords(reason)[language]);
    if (setAside !== null) {
      lines.push(
        {
          ko: `시험 운전 중의 데이터베이스는 ${setAside}에 보관되어 있습니다.`,
          en: `The database of the trial was set aside in ${setAside}.`,
        }[language],
      );
    }
  }
  const state = read.kind === 'there' ? read.state : null;
  return { text: lines.join('\n'), json: { ok: true, current, state, last } };
}
