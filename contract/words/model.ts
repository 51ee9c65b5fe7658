import { withParticle } from './particles.ts';
import type { Words } from './words.ts';

/** What `jari model convert` says. Sizes are metres, files megabytes. */
export type ModelText =
  | { readonly code: 'not-read' | 'not-written'; readonly file: string; readonly cause: string }
  | { readonly code: 'not-ifc' | 'no-shape' | 'no-converter'; readonly file: string }
  | {
      readonly code: 'ifc-too-large' | 'model-too-large';
      readonly file: string;
      readonly mb: number;
      readonly mostMb: number;
    }
  | { readonly code: 'corner-form'; readonly given: string }
  | {
      readonly code: 'written';
      readonly file: string;
      readonly triangles: number;
      readonly mb: number;
      readonly size: { readonly east: number; readonly north: number; readonly up: number };
    };

export function modelText(said: ModelText): Words {
  switch (said.code) {
    case 'not-read':
      return {
        ko: `${said.file}: 읽을 수 없음(${said.cause}). 경로와 권한을 확인`,
        en: `${said.file}: cannot be read (${said.cause}); check its path and permissions`,
      };
    case 'not-written':
      return {
        ko: `${said.file}: 쓸 수 없음(${said.cause}). 이미 있는 파일은 덮어쓰지 않음`,
        en: `${said.file}: cannot be written (${said.cause}); a file that is there is never overwritten`,
      };
    case 'not-ifc':
      return {
        ko: `${withParticle(said.file, '은/는')} IFC 파일(STEP 형식)이 아님. ifcZIP과 ifcXML은 먼저 .ifc로 저장`,
        en: `${said.file} is no IFC file in STEP form; save ifcZIP or ifcXML as .ifc first`,
      };
    case 'no-shape':
      return {
        ko: `${said.file}: 형상이 없음. 형상을 포함하여 다시 내보내기`,
        en: `${said.file} has no shapes in it; export it again with geometry`,
      };
    case 'no-converter':
      return {
        ko: '변환기 web-ifc가 설치본에 없음. 소스 체크아웃에서 npm ci 후 npx jari model convert를 실행하고 .glb를 이 장비로 복사',
        en: 'the converter web-ifc is not in the package; run npx jari model convert in a source checkout after npm ci, and copy the .glb here',
      };
    case 'ifc-too-large':
      return {
        ko: `${said.file}: ${said.mb} MB, 한도 ${said.mostMb} MB. 건축·구조만 나누어 내보내기`,
        en: `${said.file} has ${said.mb} MB, and at most ${said.mostMb} are read; export architecture or structure alone`,
      };
    case 'model-too-large':
      return {
        ko: `${said.file}: 변환 결과 ${said.mb} MB, 한도 ${said.mostMb} MB. 가구·설비를 빼고 다시 내보내기`,
        en: `${said.file} comes to ${said.mb} MB, and a page takes ${said.mostMb}; export it again without furniture and services`,
      };
    case 'corner-form':
      return {
        ko: `--at ${said.given}: 동,북,위 세 수(m)로 씀(예: 12.5,-3,0)`,
        en: `--at ${said.given}: give three numbers, metres east, north and up, such as 12.5,-3,0`,
      };
    case 'written': {
      const { file, triangles, mb, size } = said;
      return {
        ko: `${file}: 삼각형 ${triangles}개, ${mb} MB, 동서 ${size.east} m · 남북 ${size.north} m · 높이 ${size.up} m`,
        en: `${file}: ${triangles} triangles, ${mb} MB, ${size.east} m east, ${size.north} m north, ${size.up} m up`,
      };
    }
  }
}
