import type { Language } from '../../contract/words/language.ts';
import type { Words } from '../../contract/words/words.ts';
import type { ScanFile, ScannedLink } from './scan-file.ts';

/** A site file of what a scan found. Pure: the same scan gives the same text. */

export type Draft = {
  readonly text: string;
  /** What only a person can say, in the order of the file. */
  readonly open: readonly Words[];
  readonly devices: number;
};

type Heard = ScanFile['heard'][number];

export function draftSite(found: ScanFile, of: { site: string; agent: string; language: Language }): Draft {
  const open: Words[] = [];
  const links = found.lines
    .map(({ line, link }) => ({ link, heard: found.heard.filter((each) => each.line === line) }))
    .filter(({ heard }) => heard.length > 0);
  const names = new Set<string>();
  const buses = links.map((each, nth) => busText(each, `bus-${nth + 1}`, { names, open, language: of.language }));
  const devices = links.reduce((sum, { heard }) => sum + heard.filter(hasProfile).length, 0);
  const say = (words: Words) => words[of.language];
  const head = [
    '# yaml-language-server: $schema=./site.schema.json',
    '#',
    `# ${say({ ko: 'jari scan이 찾은 장치로 만든 사이트 파일. "확인"이라 적힌 곳은 사람이 확인할 곳이다.', en: 'Made of what jari scan found. Lines that say "check" are for a person.' })}`,
    '',
    `site: ${of.site}`,
    `name: { ko: ${of.site}, en: ${of.site} } # ${say({ ko: '확인: 이름', en: 'check: its name' })}`,
    'timezone: Asia/Seoul',
    '',
    'gateway:',
    '  mqtt: { port: 1883 }',
    '  http: { port: 8080 }',
    '',
    'agents:',
    `  - id: ${of.agent}`,
    `    uplink: { url: "mqtt://127.0.0.1:1883", username: ${of.agent}, passwordFile: run/${of.agent}.password }`,
    `    # ${say({ ko: '비밀번호 파일은 다음으로 만든다', en: 'The password file is made by' })}: jari agent add ${of.agent} --site FILE --password-file run/${of.agent}.password`,
    '    buses:',
  ];
  open.unshift({ ko: 'name: 사이트 이름', en: 'name: what the site is called' });
  return { text: `${[...head, ...buses.flat()].join('\n')}\n`, open, devices };
}

type Around = { names: Set<string>; open: Words[]; language: Language };

function busText(
  { link, heard }: { link: ScannedLink; heard: readonly Heard[] },
  id: string,
  around: Around,
): string[] {
  const known = heard.filter(hasProfile);
  const head = [`      - id: ${id}`, ...linkLines(link).map((line) => `        ${line}`)];
  if (link.kind === 'modbus-rtu' && !link.port.startsWith('/dev/serial/by-id/'))
    around.open.push({
      ko: `${id}.port: 재부팅 후에도 같은 이름인 /dev/serial/by-id/… 로 바꿀 것 (지금 ${link.port})`,
      en: `${id}.port: name it /dev/serial/by-id/…, which stays the same after a restart (now ${link.port})`,
    });
  const own =
    known.length === 0
      ? ['        devices: []']
      : ['        devices:', ...known.flatMap((each) => deviceLines(each, id, around))];
  const rest = heard.filter((each) => !hasProfile(each)).flatMap((each) => unknownLines(each, id, around));
  return [...head, ...own, ...rest];
}

function linkLines(link: ScannedLink): string[] {
  const place =
    link.kind === 'modbus-rtu' ? [`port: ${quoted(link.port)}`] : [`host: ${quoted(link.host)}`, `port: ${link.port}`];
  const serial =
    link.kind === 'modbus-tcp'
      ? []
      : [`baudRate: ${link.baudRate}`, `parity: ${link.parity}`, `stopBits: ${link.stopBits}`];
  return [`kind: ${link.kind}`, ...place, ...serial];
}

function deviceLines({ unit, profiles }: Heard, bus: string, { names, open, language }: Around): string[] {
  const [best, ...others] = profiles;
  if (best === undefined) return [];
  const id = unused(`${best.profile.slice(0, 50)}-${unit}`, names);
  const sample = best.sample.map(
    ({ point, value, unit: of }) =>
      `${point} ${typeof value === 'number' ? Number(value.toPrecision(5)) : String(value)}${of === null ? '' : ` ${of}`}`,
  );
  const seen = language === 'ko' ? '찾을 때의 값' : 'when it was found';
  const lines = [`          # ${oneLine(`${seen}: ${sample.join(', ')} (${best.good}/${best.points})`)}`];
  if (others.length > 0) {
    const alternatives = others.map(({ profile }) => profile).join(', ');
    lines.push(
      `          # ${language === 'ko' ? '확인: 다음도 맞음' : 'check: its answers fit these as well'}: ${alternatives}`,
    );
    open.push({
      ko: `${id}: 프로파일 확인, ${alternatives}도 맞음`,
      en: `${id}: is it really ${best.profile}? Its answers fit ${alternatives} as well`,
    });
  }
  open.push({
    ko: `${id}: 이름과 위치를 알 수 있는 id로 바꿀 것 (${bus} 국번 ${unit})`,
    en: `${id}: give it an id that says where it is (${bus} unit ${unit})`,
  });
  return [...lines, `          - { id: ${id}, profile: ${best.profile}, unit: ${unit} }`];
}

/** Commented out, so that the file holds together; what to fill in stands there. */
function unknownLines({ unit, kind }: Heard, bus: string, { open, language }: Around): string[] {
  open.push({
    ko: `${bus} 국번 ${unit}: 맞는 프로파일 없음 (${kind}), jari read로 확인 후 프로파일 작성`,
    en: `${bus} unit ${unit}: no profile fits (${kind}); look with jari read, and write one (devices/README.md, four steps)`,
  });
  const why = language === 'ko' ? '확인: 맞는 프로파일 없음' : 'check: no profile fits';
  return [`          # ${why} (${kind})`, `          # - { id: unit-${unit}, profile: ?, unit: ${unit} }`];
}

function hasProfile({ profiles }: Heard): boolean {
  return profiles.length > 0;
}

function unused(name: string, names: Set<string>): string {
  let id = name;
  for (let nth = 2; names.has(id); nth++) id = `${name}-${nth}`;
  names.add(id);
  return id;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** What a device sent is a comment and nothing else. */
function oneLine(text: string): string {
  return text.replace(/\p{C}/gu, '?').slice(0, 160);
}
