import type { Language } from '../contract/words/language.ts';
import { withParticle } from '../contract/words/particles.ts';
import { unreadable } from './databases.ts';
import { folderOf, type UpgradeParts } from './installed.ts';
import { UpgradeError } from './upgrade-error.ts';

type Output = { text: string; json: object };

/** `jari upgrade commit`. @throws UpgradeError no-upgrade */
export function runCommit({ data, language }: { data: string; language: Language }): Output {
  const folder = folderOf(data);
  const read = folder.state();
  if (read.kind !== 'there') throw new UpgradeError({ code: 'no-upgrade' });
  folder.ask('commit');
  const { version } = read.state.to;
  const text = {
    ko: `Jari ${withParticle(version, '을/를')} 확정합니다(시험 운전이 시작된 뒤 곧 적용).`,
    en: `Jari ${version} will be committed, as soon as it is on trial.`,
  }[language];
  return { text, json: { ok: true, to: version } };
}

type Back = { data: string; program: string; parts: UpgradeParts; language: Language };

/**
 * `jari upgrade back`: out of a trial, or after one was committed while the version before still reads the database.
 * @throws UpgradeError nothing-to-go-back-to, older-than-database
 */
export function runBack({ data, program, parts, language }: Back): Output {
  const folder = folderOf(data);
  const read = folder.state();
  if (read.kind === 'there') {
    const { from } = read.state;
    // Nothing runs yet that would have to be ended.
    if (read.state.phase === 'measuring') folder.clear();
    else folder.ask('back');
    const text = {
      ko: `Jari ${withParticle(from.version, '으로/로')} 되돌립니다.`,
      en: `Going back to Jari ${from.version}.`,
    }[language];
    return { text, json: { ok: true, to: from.version } };
  }
  const last = folder.last();
  const { disk } = folder;
  const isThere =
    last?.outcome === 'committed' && folder.current() === last.to.dir && disk.exists(`${last.from.dir}/jari`);
  if (last === null || !isThere) throw new UpgradeError({ code: 'nothing-to-go-back-to' });
  const { from, to } = last;
  const beyond = unreadable(folder, parts.databases, from.reads);
  if (beyond !== undefined) {
    const database = beyond.kind === 'gateway' ? parts.versionOf(beyond.needed) : `schema ${beyond.needed}`;
    throw new UpgradeError({ code: 'older-than-database', version: from.version, database });
  }
  folder.setCurrent(from.dir === program ? null : from.dir);
  folder.writeLast({ ...last, outcome: 'went-back', reason: { code: 'asked' }, at: Date.now() });
  const text = {
    ko: `다음 시작부터 Jari ${withParticle(from.version, '을/를')} 실행합니다. 지금 적용하려면 서비스를 다시 시작하세요.`,
    en: `Jari ${from.version} runs from the next start on, in place of ${to.version}; restart the service to have it now.`,
  }[language];
  return { text, json: { ok: true, to: from.version } };
}
