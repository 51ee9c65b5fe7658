import type { AnswerProblemFigures } from '../problems/answers.ts';
import type { Words } from './words.ts';

/** What a person is told when an answer or a call for help is refused. */
export const answerProblemWords: {
  readonly [C in keyof AnswerProblemFigures]: (figures: AnswerProblemFigures[C]) => Words;
} = {
  'photo-type': ({ cause }) => ({
    ko: `JPEG 또는 PNG 사진만 받습니다 (${cause}).`,
    en: `Only JPEG and PNG pictures are taken (${cause}).`,
  }),
  'photo-damaged': ({ cause }) => ({
    ko: `사진 파일이 온전하지 않습니다 (${cause}). 다시 찍거나 다른 사진을 보내세요.`,
    en: `The picture is not whole (${cause}). Take it again, or send another.`,
  }),
  'photo-dimensions': ({ cause }) => ({
    ko: `사진이 너무 큽니다 (${cause}). 줄여서 보내세요.`,
    en: `The picture is too large (${cause}). Make it smaller.`,
  }),
  'too-many-photos': ({ most }) => ({
    ko: `경보 하나에 사진은 ${most}장까지 첨부할 수 있습니다.`,
    en: `An alert has ${most} photos at most.`,
  }),
  'no-such-photo': ({ photo }) => ({ ko: `없는 사진입니다: ${photo}`, en: `there is no photo ${photo}` }),
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
