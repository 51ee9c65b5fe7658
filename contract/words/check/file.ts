import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';
import { koNearText, koOneOf, nearText, oneOf, quoted } from './text.ts';

/** The schema's own help on a key; English alone. */
type Hint = { readonly hint: string | null };
type Bound = { readonly bound: 'least' | 'most'; readonly limit: number };
type Table = { readonly [code: string]: (figures: never) => Words };

/** What any YAML file can have wrong: that it cannot be read, keys that are not known, values of another type. */
export const fileWords = {
  'no-such-file': () => ({ ko: '파일 없음: 경로 확인', en: 'does not exist; check the path' }),
  'not-a-folder': () => ({
    ko: '경로 중간이 폴더가 아님: 경로 확인',
    en: 'a part of this path is not a folder; check the path',
  }),
  'no-permission': () => ({
    ko: '읽을 권한 없음: 이 사용자가 읽을 수 있게 변경(chmod, chown)',
    en: 'permission denied; let this user read it (chmod, chown)',
  }),
  'not-utf-8': () => ({ ko: 'UTF-8 텍스트가 아님: UTF-8로 저장', en: 'is not UTF-8 text; save the file as UTF-8' }),
  'cannot-be-read': ({ cause }: { readonly cause: string }) => ({
    ko: `읽을 수 없음: ${cause}`,
    en: `cannot be read: ${cause}`,
  }),
  'is-a-folder': () => ({ ko: '폴더임: 그 안의 YAML 파일을 지정', en: 'is a folder; name the YAML file in it' }),
  'not-a-file': () => ({ ko: '일반 파일이 아님: YAML 파일을 지정', en: 'is no ordinary file; name a YAML file' }),
  'too-large': ({ bytes }: { readonly bytes: number }) => ({
    ko: `${bytes}바이트로 한도 1 MB를 넘음: 맞는 파일인지 확인`,
    en: `has ${bytes} bytes, over the limit of 1 MB; is this the right file?`,
  }),
  'file-empty': () => ({
    ko: '빈 파일: 단지(site) 또는 장치 종류(profile)를 작성',
    en: 'is empty; write a site or a profile in it',
  }),
  'yaml-unusable': ({ cause }: { readonly cause: string }) => ({
    ko: `YAML로 쓸 수 없음: ${cause}`,
    en: `not usable as YAML: ${cause}`,
  }),
  'not-yaml': ({ cause }: { readonly cause: string }) => ({
    ko: `YAML이 아님(${cause}): 여기와 윗줄의 따옴표, 괄호, 들여쓰기 확인`,
    en: `not YAML: ${cause}; check the quotes, brackets and indentation here and on the line before`,
  }),
  'key-twice': ({ key }: { readonly key: string }) => ({
    ko: `${withParticle(`키 ${key}`, '이/가')} 같은 곳에 두 번 있음: 하나만 남김`,
    en: `the key ${key} stands twice in the same mapping; keep one of the two`,
  }),
  'tab-indent': () => ({
    ko: '줄 앞에 탭이 있음: 공백으로 들여쓰기',
    en: 'a tab at the beginning of a line; indent with spaces',
  }),
  'second-document': () => ({
    ko: '여기서 두 번째 문서(---)가 시작됨: 다른 파일로 옮김',
    en: 'a second document begins here (---); put it in a file of its own',
  }),
  'key-no-name': ({ key }: { readonly key: string }) => ({
    ko: `${withParticle(key, '은/는')} 이름으로 쓸 수 없음: 다른 이름으로 바꿈`,
    en: `${key} cannot be a name; give it another`,
  }),
  'key-not-plain': () => ({
    ko: '키는 단순한 낱말이어야 함: 따옴표로 묶음',
    en: 'a key must be a plain word; put it in quotes',
  }),
  'yaml-tag': () => ({
    ko: '태그(!로 시작하는 말)는 쓰지 않음: 지우거나 따옴표로 묶음',
    en: 'tags (words beginning with !) mean nothing here; remove it, or put the text in quotes',
  }),
  'yaml-version': ({ version }: { readonly version: string }) => ({
    ko: `YAML ${version}에서는 012가 10이고 no가 false임: 이 줄을 지움(여기서는 YAML 1.2로 읽음)`,
    en: `in YAML ${version} 012 is 10 and no is false; remove this line, files are read as YAML 1.2`,
  }),
  'not-key-value': () => ({
    ko: '"키: 값"으로 읽히지 않음: 이 줄과 다음 줄의 들여쓰기를 확인하고 ": "가 든 글은 따옴표로 묶음',
    en: 'this does not read as "key: value"; check the indentation of this line and the next, and put text that contains ": " in quotes',
  }),
  'odd-space': ({ unicode }: { readonly unicode: string }) => ({
    ko: `${spaceNames.get(unicode)?.ko ?? '보이지 않는 글자'}(U+${unicode})이 있어 YAML이 글자로 읽음: 지우거나 일반 공백으로 바꿈`,
    en: `${spaceNames.get(unicode)?.en ?? 'a character that does not show'} (U+${unicode}) stands here, which YAML takes for a letter; remove it, or put an ordinary space in its place`,
  }),
  'lone-alias': ({ alias }: { readonly alias: string }) => ({
    ko: `${withParticle(`*${alias}`, '이/가')} 가리키는 &${alias}가 위에 없음: *로 시작하는 글은 따옴표로 묶음`,
    en: `*${alias} refers to an anchor &${alias} that is not above; put text that begins with * in quotes`,
  }),
  'old-key': ({ old, name }: { readonly old: string; readonly name: string }) => ({
    ko: `${withParticle(old, '은/는')} 옛 이름이며 아직 읽힘: 이 파일의 모든 곳에서 ${withParticle(name, '으로/로')} 바꿈`,
    en: `${old} is an old name and still read; write ${name} here, and wherever else this file has it`,
  }),

  'unknown-key': ({ key, near, known }: { key: string; near: readonly string[]; known: readonly string[] }) => ({
    ko: `알 수 없는 키 ${quoted(key)}: ${koNearText(near, known.length > 0 ? `여기서 쓰는 키는 ${known.join(', ')}` : '지움')}`,
    en: `unknown key ${quoted(key)}; ${nearText(near, known.length > 0 ? `known here: ${known.join(', ')}` : 'remove it')}`,
  }),
  'key-of-kind': ({ key, kind }: { readonly key: string; readonly kind: string }) => ({
    ko: `${withParticle(quoted(key), '은/는')} kind ${kind}의 키임: 지우거나 kind를 바꿈`,
    en: `${quoted(key)} belongs to kind ${kind}; remove it, or change the kind`,
  }),
  'unit-of-talker': () => ({
    ko: '국번(unit)은 Modbus 장치의 것임: 스스로 말하는 센서에는 프레임에 주소가 있을 때 address를 씀',
    en: 'a unit belongs to a Modbus device; a sensor that talks has an address, if its frames name one',
  }),
  'tls-elsewhere': () => ({
    ko: 'tls는 gateway.mqtt, gateway.http, 수집기의 uplink에 씀: 그곳으로 옮김',
    en: 'tls belongs to gateway.mqtt, to gateway.http and to the uplink of an agent; move it there',
  }),
  'merge-key': () => ({
    ko: '병합 키(<<)는 YAML 1.1의 것이라 여기서는 쓰이지 않음: 가져올 키를 직접 작성',
    en: 'a merge key is of YAML 1.1 and does nothing here: write out the keys that it would bring',
  }),
  'secret-in-file': () => ({
    ko: '비밀번호는 사이트 파일에 쓰지 않음: 별도 파일에 두고 passwordFile로 지정',
    en: 'a secret never stands in the site file; put it in a file and name that with passwordFile',
  }),
  'key-missing': ({ key, hint }: { readonly key: string } & Hint) => ({
    ko: `${quoted(key)} 없음: 추가`,
    en: `${quoted(key)} is missing; add it${hint ? `: ${hint}` : ''}`,
  }),
  'choice-missing': ({ key, choices }: { readonly key: string; readonly choices: readonly string[] }) => ({
    ko: `${quoted(key)} 없음: ${koOneOf(choices)} 중에서 추가`,
    en: `${quoted(key)} is missing; add it: ${oneOf(choices)}`,
  }),
  'nothing-here': ({ hint }: Hint) => ({
    ko: '값이 비어 있음: 값을 쓰거나 키를 지움',
    en: `nothing stands here; give a value${inBrackets(hint)} or remove the key`,
  }),
  'wrong-type': ({ wanted, found, hint }: { readonly wanted: string; readonly found: string } & Hint) => ({
    ko: `${types.get(wanted)?.ko ?? wanted} 필요, 지금은 ${koFound(found)}`,
    en: `must be ${types.get(wanted)?.en ?? wanted}, not ${found}${inBrackets(hint)}`,
  }),
  'not-known-here': ({
    found,
    choices,
    near,
  }: {
    readonly found: string;
    readonly choices: readonly string[];
    readonly near: readonly string[];
  }) => ({
    ko: `${withParticle(koFound(found), '은/는')} 쓸 수 없는 값: ${koOneOf(choices)} 중에서 선택${near.length > 0 ? ` (${koNearText(near, '')})` : ''}`,
    en: `${found} is not known here; use ${oneOf(choices)}${near.length > 0 ? ` (${nearText(near, '')})` : ''}`,
  }),
  'text-empty': ({ hint }: Hint) => ({ ko: '비워 둘 수 없음', en: `must not be empty${inBrackets(hint)}` }),
  'text-length': ({ bound, limit, hint }: Bound & Hint) => ({
    ko: `${koBound(bound, `${limit}자`)}${bound === 'least' ? '이어야' : '여야'} 함`,
    en: `must have at ${bound} ${limit} ${limit === 1 ? 'character' : 'characters'}${inBrackets(hint)}`,
  }),
  'list-length': ({ bound, limit, hint }: Bound & Hint) => ({
    ko: `항목이 ${koBound(bound, `${limit}개`)}${bound === 'least' ? '이어야' : '여야'} 함`,
    en: `needs at ${bound} ${limit} ${limit === 1 ? 'item' : 'items'}${inBrackets(hint)}`,
  }),
  'above-below': ({ bound, limit, found, hint }: Bound & { readonly found: string } & Hint) => ({
    ko: `${limit}보다 ${bound === 'least' ? '커야' : '작아야'} 함, 지금은 ${koFound(found)}`,
    en: `must be ${bound === 'least' ? 'more' : 'less'} than ${limit}, not ${found}${inBrackets(hint)}`,
  }),
  'not-in-range': ({ bound, limit, found, hint }: Bound & { readonly found: string } & Hint) => ({
    ko: `${koBound(bound, String(limit))}${bound === 'least' ? '이어야' : '여야'} 함, 지금은 ${koFound(found)}`,
    en: `must be at ${bound} ${limit}, not ${found}${inBrackets(hint)}`,
  }),
  'profile-folder': ({ folder, why }: { readonly folder: string; readonly why: Words }) => ({
    ko: `장치 종류 폴더 ${folder}: ${why.ko}`,
    en: `the profile folder ${folder}: ${why.en}`,
  }),
  'folder-above': () => ({
    ko: '위에 이미 쓴 폴더: 둘 중 하나를 지움',
    en: 'this folder is named above; remove one of the two',
  }),
  'no-profile-in-folder': () => ({
    ko: '이 폴더에 장치 종류 파일(*.yaml)이 없음: 경로 확인',
    en: 'there is no profile (*.yaml) in this folder; check the path',
  }),
  'built-in-hidden': ({ profile }: { readonly profile: string }) => ({
    ko: `이 장치 종류가 내장된 ${withParticle(profile, '을/를')} 대신함: 다른 id를 주거나, 내장된 것을 쓰려면 지움`,
    en: `this profile stands in place of the built-in ${profile}; give it another id, or remove it, if the built-in one is meant`,
  }),
  'profile-id-taken': ({ profile, owner }: { readonly profile: string; readonly owner: string }) => ({
    ko: `장치 종류 id ${withParticle(profile, '은/는')} ${owner}에서 이미 씀: 다른 id를 줌`,
    en: `the profile id ${profile} is taken by ${owner}; give this profile another`,
  }),
  /** What the schema's library says in its own words, for which there is no code. */
  'schema-says': ({ cause }: { readonly cause: string }) => ({ ko: cause, en: cause }),
} satisfies Table;

function inBrackets(hint: string | null): string {
  return hint === null ? '' : ` (${hint})`;
}

function koBound(bound: 'least' | 'most', limit: string): string {
  return `${limit} ${bound === 'least' ? '이상' : '이하'}`;
}

/** Of what is no single value its kind is said. */
function koFound(found: string): string {
  return found === 'a list' ? '목록' : found === 'a mapping' ? '키와 값의 묶음' : found;
}

const spaceNames: ReadonlyMap<string, Words> = new Map([
  ['00A0', { ko: '줄바꿈 없는 공백', en: 'a no-break space' }],
  ['202F', { ko: '좁은 줄바꿈 없는 공백', en: 'a narrow no-break space' }],
  ['200B', { ko: '폭 없는 공백', en: 'a zero-width space' }],
  ['3000', { ko: '전각 공백', en: 'an ideographic space' }],
]);

const types: ReadonlyMap<string, Words> = new Map([
  ['string', { ko: '글', en: 'text' }],
  ['number', { ko: '숫자', en: 'a number' }],
  ['int', { ko: '정수', en: 'a whole number' }],
  ['boolean', { ko: 'true 또는 false', en: 'true or false' }],
  ['array', { ko: '목록', en: 'a list' }],
  ['tuple', { ko: '목록', en: 'a list' }],
  ['object', { ko: '키와 값의 묶음(키: 값)', en: 'a mapping (key: value)' }],
  ['record', { ko: '키와 값의 묶음(키: 값)', en: 'a mapping (key: value)' }],
]);
