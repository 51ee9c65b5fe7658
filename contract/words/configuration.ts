import type { ConfigurationReason } from '../reasons/configuration.ts';
import { withParticle } from './particles.ts';
import type { Words } from './words.ts';

/** Why a configuration that was handed down was not taken, or was taken back. */

type Table = {
  readonly [C in ConfigurationReason['code']]: (figures: Extract<ConfigurationReason, { code: C }>) => Words;
};

const table: Table = {
  'no-trust': () => ({
    ko: '서명을 확인할 CA 또는 공개 키가 없어 설정을 받지 않음. 사이트 파일에 지정하세요.',
    en: 'No CA or public key is known here to check the signature by, so nothing is taken; name it in the site file.',
  }),
  'not-signed': ({ cause }) => ({
    ko: `서명이 올바르지 않음(${cause}). 위조되었거나 전송 중에 바뀐 설정일 수 있습니다.`,
    en: `The signature is not right (${cause}): the configuration may be forged, or was changed on its way.`,
  }),
  older: ({ version, highest }) => ({
    ko: `이미 ${highest}판까지 받았으므로 ${version}판은 받지 않음`,
    en: `Version ${version} is older than ${highest}, which was taken here before.`,
  }),
  'not-mine': ({ site, unit }) => ({
    ko: `다른 곳의 설정(${site}/${unit})이라 받지 않음`,
    en: `It is for ${site}/${unit}, not for this one.`,
  }),
  'not-understood': ({ detail }) => ({ ko: `읽을 수 없는 설정: ${detail}`, en: `It cannot be read: ${detail}` }),
  'check-failed': ({ problems, detail }) => ({
    ko: `검사에서 문제 ${problems}건: ${detail}`,
    en: `It fails the check with ${problems} ${problems === 1 ? 'problem' : 'problems'}: ${detail}`,
  }),
  'port-absent': ({ ports }) => ({
    ko: `이 장치에 없는 직렬 포트: ${ports.join(', ')}`,
    en: `This box has no serial port ${ports.join(', ')}.`,
  }),
  'pull-off': () => ({
    ko: '현장 설정 파일에서 설정 내려받기를 꺼 두었음',
    en: 'The site file there says that it takes no configuration from above.',
  }),
  'not-stored': ({ detail }) => ({
    ko: `설정을 디스크에 저장하지 못함(${detail})`,
    en: `It could not be written to the disk (${detail}).`,
  }),
  'not-confirmed': ({ losses }) => ({
    ko: `없어지거나 바뀌는 것 ${losses.length}건이 서명된 설정에서 확인되지 않음: ${few(losses)}`,
    en: `It takes away what the signed text does not confirm (${losses.length}): ${few(losses)}`,
  }),
  busy: ({ version }) => ({
    ko: `현장에서 ${version}판을 아직 시험 중이라 기다림`,
    en: `Version ${version} is still being tried there; it waits.`,
  }),
  'nobody-to-try': ({ agent }) => ({
    ko:
      agent === null
        ? '먼저 시험할 현장 장치가 연결되어 있지 않아 기다림'
        : `먼저 시험할 ${withParticle(agent, '이/가')} 연결되어 있지 않아 기다림`,
    en:
      agent === null
        ? 'No agent that it concerns is heard; it waits.'
        : `Agent ${agent}, which is to try it first, is not heard; it waits.`,
  }),
  'clock-unset': ({ at }) => ({
    ko: `게이트웨이 시계가 맞지 않아(${new Date(at).toISOString()}) 서명할 수 없으므로 기다림. 시각을 맞추면 이어집니다.`,
    en: `The gateway's clock says ${new Date(at).toISOString()}, so it cannot sign yet; it waits until the clock is set.`,
  }),
  'cannot-sign': ({ detail }) => ({
    ko: `게이트웨이 CA를 쓸 수 없어 현장 장치용 설정에 서명하지 못함(${detail})`,
    en: `The gateway's CA cannot be used, so nothing can be signed for its agents (${detail}).`,
  }),
  'way-changed': () => ({
    ko: '도시 연결 또는 도시 공개 키를 바꾸는 설정이라 받지 않음. 그 항목은 게이트웨이에서 직접 바꾸세요.',
    en: 'It changes the way to the city or the key that is trusted; that is done at the gateway itself.',
  }),
  'polls-fewer': ({ before, now }) => ({
    ko: `기기 응답률이 ${before}%에서 ${now}%로 떨어짐`,
    en: `Only ${now} % of polls are answered, ${before} % were before.`,
  }),
  'devices-worse': ({ devices }) => ({
    ko: `응답하던 기기가 응답하지 않음: ${few(devices)}`,
    en: `Devices that answered before do not now: ${few(devices)}`,
  }),
  'loop-slow': ({ ms, before }) => ({
    ko: `처리 지연이 ${round(before)} ms에서 ${round(ms)} ms로 늘어남`,
    en: `Its work is ${round(ms)} ms late, ${round(before)} ms before.`,
  }),
  restarts: ({ times }) => ({
    ko: `시험 중에 ${times}번 다시 시작됨`,
    en: `It had to start ${times} times within the trial.`,
  }),
  'not-started': ({ detail }) => ({ ko: `시작하지 못함: ${detail}`, en: `It could not start: ${detail}` }),
  'agent-silent': ({ agent, seconds }) => ({
    ko: `${withParticle(agent, '이/가')} ${seconds}초 동안 연결되지 않음`,
    en: `Agent ${agent} has not been heard for ${seconds} s.`,
  }),
  'agent-refused': ({ agent, why }) => {
    const words = configurationWords(why);
    return {
      ko: `${withParticle(agent, '이/가')} 받지 않음: ${words.ko}`,
      en: `Agent ${agent} did not take it: ${words.en}`,
    };
  },
  'chain-broken': ({ hops }) => ({
    ko: `경보 전달 경로가 끊김(${hops.join(', ')})`,
    en: `The way of an alert is broken (${hops.join(', ')}).`,
  }),
  'service-failing': ({ services }) => ({
    ko: `서비스가 판단하지 못함: ${services.join(', ')}`,
    en: `Services fail: ${services.join(', ')}`,
  }),
  'store-failing': () => ({ ko: '받은 값을 저장하지 못함', en: 'What comes in cannot be stored.' }),
  'by-hand': ({ by }) => ({ ko: `${withParticle(by, '이/가')} 되돌림`, en: `Taken back by ${by}.` }),
};

export function configurationWords(reason: ConfigurationReason): Words {
  const words = table[reason.code] as (figures: ConfigurationReason) => Words;
  return words(reason);
}

function few(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 5).join(', ')} …` : names.join(', ');
}

function round(ms: number): number {
  return Math.round(ms);
}
