import type { AnswerProblemFigures } from '../problems/answers.ts';
import type { Words } from './words.ts';

/** What a person is told when an answer or a call for help is refused. */
export const answerProblemWords: {
  readonly [C in keyof AnswerProblemFigures]: (figures: AnswerProblemFigures[C]) => Words;
} = {
  'not-of-building': ({ building }) => ({
    ko: `이 계정은 ${building} 건물에 속해 있지 않습니다. 위급하면 119에 전화하세요.`,
    en: `This account does not belong to building ${building}. In danger, call 119.`,
  }),
  'building-needed': ({ buildings }) => ({
    ko: `건물을 선택하세요: ${buildings.join(', ')}`,
    en: `building: say which: ${buildings.join(', ')}`,
  }),
  'too-many-answers': ({ retryAfterS }) => ({
    ko: `응답을 너무 자주 바꿨습니다. ${retryAfterS}초 뒤에 다시 보내세요. 위급하면 119에 전화하세요.`,
    en: `The answer was changed too often. Try again in ${retryAfterS} s. In danger, call 119.`,
  }),
};
