import type { ProblemFigures } from '../problems/problems.ts';
import { withParticle } from './particles.ts';
import type { Words } from './words.ts';

type Code =
  | 'configuration-refused'
  | 'configuration-not-confirmed'
  | 'configuration-same'
  | 'configuration-under-way'
  | 'configuration-not-under-way'
  | 'configuration-nobody-to-try'
  | 'configuration-pull-off';

/** Why a new configuration was refused. */
export const configurationProblemWords: { readonly [C in Code]: (figures: ProblemFigures[C]) => Words } = {
  'configuration-refused': ({ problems }) => ({
    ko: `검사를 통과하지 못한 설정이라 받지 않음(${problems.length}건):\n${problems.join('\n')}`,
    en: `The site file fails its checks (${problems.length}), and nothing was changed:\n${problems.join('\n')}`,
  }),
  'configuration-not-confirmed': ({ losses }) => ({
    ko: `없어지거나 줄어드는 것이 있어 하나씩 확인해야 합니다:\n${losses.map(({ confirm, ko }) => `  ${ko}\n    --confirm "${confirm}"`).join('\n')}`,
    en: `It takes something away. Confirm each in so many words:\n${losses.map(({ confirm, en }) => `  ${en}\n    --confirm "${confirm}"`).join('\n')}`,
  }),
  'configuration-same': () => ({
    ko: '지금 설정과 달라지는 것이 없습니다.',
    en: 'It is the same as what runs; there is nothing to try.',
  }),
  'configuration-under-way': ({ version }) => ({
    ko: `${version}판이 아직 시험 중입니다. 끝나기를 기다리거나 jari config stop으로 멈추세요.`,
    en: `Version ${version} is still being tried; wait for its end, or end it with jari config stop.`,
  }),
  'configuration-not-under-way': () => ({ ko: '시험 중인 설정이 없습니다.', en: 'Nothing is being tried.' }),
  'configuration-nobody-to-try': ({ agent }) => ({
    ko:
      agent === null
        ? '이 변경을 시험할 현장 장치가 연결되어 있지 않습니다.'
        : `먼저 시험할 ${withParticle(agent, '이/가')} 연결되어 있지 않습니다.`,
    en:
      agent === null
        ? 'No agent that it concerns is heard, so nobody can try it.'
        : `Agent ${agent}, which is to try it first, is not heard.`,
  }),
  'configuration-pull-off': ({ agents }) => ({
    ko: `설정을 내려받지 않도록 한 장치: ${agents.join(', ')}. 그 장치의 사이트 파일을 직접 바꾸세요.`,
    en: `${agents.join(', ')}: the site file there says that it takes no configuration; change it at the box.`,
  }),
};
