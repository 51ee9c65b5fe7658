import type { ChainHop } from '../chain.ts';
import type { UpgradeFailure, UpgradeRefusal } from '../reasons/upgrade.ts';
import type { Phase } from '../upgrade.ts';
import { withParticle } from './particles.ts';
import type { Words } from './words.ts';

/** Upgrades in words: why one was refused, and why one went back. */

type Table<R extends { code: string }> = {
  readonly [C in R['code']]: (figures: Extract<R, { code: C }>) => Words;
};

const refusals: Table<UpgradeRefusal> = {
  'data-not-there': ({ folder }) => ({
    ko: `${folder}: 없는 폴더입니다. --data에 서비스의 데이터 폴더를 지정하세요.`,
    en: `${folder}: there is no such folder; give --data the data folder of the service.`,
  }),
  'release-not-there': ({ file }) => ({
    ko: `${file}: 파일이나 폴더가 없습니다. 경로를 확인하세요.`,
    en: `${file}: there is no such file or folder; check the path.`,
  }),
  'not-a-release': ({ file, detail }) => ({
    ko: `${file}: Jari 릴리스가 아닙니다(${detail}). jari-버전-….tar.gz 파일이나 그것을 푼 폴더를 지정하세요.`,
    en: `${file}: is no release of Jari (${detail}); give a file named jari-VERSION-….tar.gz, or the folder of one.`,
  }),
  'download-failed': ({ url, detail }) => ({
    ko: `${url}: 내려받지 못했습니다(${detail}). 네트워크를 확인하거나, 다른 곳에서 받은 파일을 지정하세요.`,
    en: `${url}: could not be downloaded (${detail}); check the network, or bring the file here and give its path.`,
  }),
  'no-key': ({ file }) => ({
    ko: `${file}: 릴리스 서명을 확인할 공개키가 없습니다. 배포자에게 받은 공개키를 그곳에 두거나 --key로 지정하세요.`,
    en: `${file}: the public key that releases are signed by is not there; put the one that you were given there, or name it with --key.`,
  }),
  'key-unusable': ({ file }) => ({
    ko: `${file}: Ed25519 공개키(PEM)가 아닙니다. openssl pkey -pubout으로 만든 파일을 지정하세요.`,
    en: `${file}: is no Ed25519 public key in PEM; give a file that openssl pkey -pubout wrote.`,
  }),
  'key-private': ({ file }) => ({
    ko: `${file}: 공개키가 아니라 개인키입니다. 개인키는 릴리스 서명용이므로 이 장비에서 지우고, openssl pkey -pubout으로 만든 공개키를 지정하세요.`,
    en: `${file}: is a private key; it signs releases, so take it off this machine, and give the public key that openssl pkey -pubout wrote.`,
  }),
  'signature-wrong': ({ file }) => ({
    ko: `${file}: 서명이 이 공개키와 맞지 않습니다. 아무것도 설치하지 않았습니다. 믿을 수 있는 곳에서 다시 받으세요.`,
    en: `${file}: it is not signed by this key, and nothing was installed; get it again from where you trust.`,
  }),
  'file-missing': ({ file, path }) => ({
    ko: `${file}: ${path} 파일이 빠져 있습니다. 아무것도 설치하지 않았습니다. 릴리스를 다시 받으세요.`,
    en: `${file}: ${path} is missing from it, and nothing was installed; get the release again.`,
  }),
  'file-changed': ({ file, path }) => ({
    ko: `${file}: ${path} 파일의 내용이 서명된 목록과 다릅니다. 아무것도 설치하지 않았습니다. 릴리스를 다시 받고, 되풀이되면 디스크를 점검하세요.`,
    en: `${file}: ${path} is other than the signed list says, and nothing was installed; get the release again, and check the disk if that does not help.`,
  }),
  'wrong-machine': ({ machine, own }) => ({
    ko: `${machine}용 릴리스이고 이 장비는 ${own}입니다. ${own}용 릴리스를 지정하세요.`,
    en: `The release is for ${machine} and this box is ${own}; give the one for ${own}.`,
  }),
  'older-than-database': ({ version, database }) => ({
    ko: `Jari ${withParticle(version, '은/는')} 이 데이터베이스를 읽을 수 없습니다(${database} 이상에서 변경됨). Jari ${database} 이상을 지정하세요.`,
    en: `Jari ${version} cannot read this database, which ${database} has changed; give ${database} or later.`,
  }),
  'older-version': ({ version, own }) => ({
    ko: `Jari ${withParticle(version, '은/는')} 현재 버전 ${own}보다 오래되었습니다. 이전 버전으로 돌아가려면 jari upgrade back을 사용하세요.`,
    en: `Jari ${version} is older than ${own}, which runs; to go back to the version before there is jari upgrade back.`,
  }),
  'already-runs': ({ version }) => ({
    ko: `Jari ${withParticle(version, '이/가')} 이미 실행 중입니다.`,
    en: `Jari ${version} is what runs already.`,
  }),
  'upgrade-under-way': ({ version }) => ({
    ko: `Jari ${version} 업그레이드가 진행 중입니다. jari upgrade status로 확인하고, 확정(commit)하거나 되돌린(back) 뒤 다시 시도하세요.`,
    en: `An upgrade to Jari ${version} is under way; see jari upgrade status, then commit it or go back first.`,
  }),
  'no-upgrade': () => ({
    ko: '진행 중인 업그레이드가 없습니다.',
    en: 'No upgrade is under way.',
  }),
  'nothing-to-go-back-to': () => ({
    ko: '되돌아갈 이전 버전이 이 장비에 없습니다.',
    en: 'There is no version before this one on the box.',
  }),
  'no-room': ({ needBytes, freeBytes }) => ({
    ko: `공간이 부족합니다(필요 ${size(needBytes)}, 여유 ${size(freeBytes)}). 디스크를 비우고 다시 시도하세요.`,
    en: `There is no room (${size(needBytes)} needed, ${size(freeBytes)} free); free the disk and try again.`,
  }),
  'place-unusable': ({ place, detail }) => ({
    ko: `${place}: 쓸 수 없습니다(${detail}). 권한을 확인하거나 다른 폴더를 지정하세요.`,
    en: `${place}: cannot be used (${detail}); check its permissions, or give another folder.`,
  }),
};

const failures: Table<UpgradeFailure> = {
  crashed: ({ times, detail }) => ({
    ko: `새 버전이 ${times}번 비정상 종료되었습니다(${detail}).`,
    en: `The new version ended by itself, ${times === 1 ? 'once' : `${times} times`} (${detail}).`,
  }),
  'not-started': ({ withinMs }) => ({
    ko: `새 버전이 ${seconds(withinMs)}초 안에 시작되지 않았습니다.`,
    en: `The new version was not up within ${seconds(withinMs)} s.`,
  }),
  silent: ({ forMs }) => ({
    ko: `새 버전이 ${seconds(forMs)}초 동안 응답하지 않았습니다.`,
    en: `The new version gave no sign of life for ${seconds(forMs)} s.`,
  }),
  'work-failing': ({ work, detail }) => ({
    ko: `새 버전의 ${works[work]?.ko ?? work} 작업이 이루어지지 않습니다(${detail}).`,
    en: `The new version does not do its work: ${works[work]?.en ?? work} (${detail}).`,
  }),
  'polls-fell': ({ before, now }) => ({
    ko: `수집 횟수가 줄었습니다(분당 ${round(before)}회 → ${round(now)}회).`,
    en: `Fewer polls than before: ${round(now)} a minute, and ${round(before)} before.`,
  }),
  'chain-broken': ({ hops }) => ({
    ko: `경보 전달 경로가 끊어졌습니다(${hops.map((hop) => hopWords[hop].ko).join(', ')}).`,
    en: `An alert would not arrive: the chain is broken at ${hops.map((hop) => hopWords[hop].en).join(', ')}.`,
  }),
  'chain-unproven': () => ({
    ko: '에이전트는 연결되었지만 경보가 전달되는지 확인되지 않았습니다.',
    en: 'Agents are heard, and no alert was proven to arrive, as it was before.',
  }),
  'agents-refused': ({ before, now }) => ({
    ko: `새 버전이 에이전트의 접속을 거부합니다(연결 ${before}대 → ${now}대).`,
    en: `The new version refuses agents: ${now} are connected, and ${before} were before.`,
  }),
  'memory-grew': ({ fromBytes, toBytes }) => ({
    ko: `메모리 사용량이 계속 늘었습니다(${size(fromBytes)} → ${size(toBytes)}).`,
    en: `Its memory went on growing, from ${size(fromBytes)} to ${size(toBytes)}.`,
  }),
  interrupted: ({ times }) => ({
    ko: `시험 운전이 ${times}번 중단되었습니다(강제 종료 또는 정전).`,
    en: `The trial was cut off ${times} times, by a kill or a power cut.`,
  }),
  'no-room': ({ needBytes, freeBytes }) => ({
    ko: `데이터베이스 사본을 둘 공간이 부족합니다(필요 ${size(needBytes)}, 여유 ${size(freeBytes)}).`,
    en: `There was no room for a copy of the database (${size(needBytes)} needed, ${size(freeBytes)} free).`,
  }),
  'snapshot-failed': ({ detail }) => ({
    ko: `데이터베이스 사본을 만들지 못했습니다(${detail}).`,
    en: `The database could not be copied (${detail}).`,
  }),
  'release-damaged': ({ path }) => ({
    ko: `설치된 새 버전의 ${path} 파일이 손상되었습니다.`,
    en: `${path} of the new version was damaged after it had been installed.`,
  }),
  asked: () => ({ ko: '운영자가 되돌렸습니다.', en: 'An operator asked for it.' }),
};

const works: Readonly<Record<string, Words>> = {
  loop: { ko: '이벤트 루프', en: 'its event loop' },
  store: { ko: '저장', en: 'writing to the store' },
  broker: { ko: '브로커', en: 'the broker' },
  buses: { ko: '버스 수집', en: 'polling its buses' },
  outbox: { ko: '보관함', en: 'writing to the outbox' },
};

const hopWords: { readonly [H in ChainHop]: Words } = {
  agent: { ko: '에이전트', en: 'the agent' },
  broker: { ko: '브로커', en: 'the broker' },
  store: { ko: '저장', en: 'the store' },
  rule: { ko: '규칙 판정', en: 'the rules' },
  channel: { ko: '알림 발송', en: 'the channel' },
  receipt: { ko: '수신 확인', en: 'the receipt' },
};

export const phaseWords: { readonly [P in Phase]: Words } = {
  measuring: { ko: '현재 버전 측정 중', en: 'the version that runs is being measured' },
  staged: { ko: '전환 대기', en: 'about to switch' },
  snapshot: { ko: '데이터베이스 사본 생성 중', en: 'the database is being copied' },
  trial: { ko: '시험 운전 중', en: 'on trial' },
  committing: { ko: '확정 중', en: 'being committed' },
  returning: { ko: '되돌리는 중', en: 'going back' },
};

/** What is wrong, and what to do. */
export function upgradeRefusalWords(reason: UpgradeRefusal): Words {
  // The code picks the branch, and the figures are of that code.
  return (refusals[reason.code] as (figures: UpgradeRefusal) => Words)(reason);
}

export function upgradeFailureWords(reason: UpgradeFailure): Words {
  return (failures[reason.code] as (figures: UpgradeFailure) => Words)(reason);
}

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}

function round(perMinute: number): number {
  return Math.round(perMinute * 10) / 10;
}
