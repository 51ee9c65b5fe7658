import type { Words } from './words.ts';

/** Why a file or folder could not be read or written, by the code of the system's error; what else was thrown says it itself. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

export function causeWords(cause: string): Words {
  return words.get(cause) ?? { ko: cause, en: cause };
}

const noRight = { ko: '권한 없음', en: 'this user may not' };

const words: ReadonlyMap<string, Words> = new Map([
  ['ENOENT', { ko: '없는 파일 또는 폴더', en: 'there is no such file or folder' }],
  ['EISDIR', { ko: '파일이 아니라 폴더', en: 'is a folder, not a file' }],
  ['ENOTDIR', { ko: '경로 중간이 폴더가 아님', en: 'a part of the path is a file, not a folder' }],
  ['EACCES', noRight],
  ['EPERM', noRight],
  ['ENOSPC', { ko: '디스크 가득 참', en: 'the disk is full' }],
  ['EROFS', { ko: '읽기 전용 디스크', en: 'the disk can be read only' }],
  ['EIO', { ko: '디스크 고장', en: 'the disk fails' }],
]);
