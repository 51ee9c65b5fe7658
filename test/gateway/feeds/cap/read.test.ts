import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCap } from '../../../../gateway/feeds/cap/read.ts';
import { writeCap } from '../../../../gateway/feeds/cap/write.ts';
import { golden } from './sample.ts';

const goldens = ['advisory', 'storm', 'earthquake-update', 'two-languages', 'fire-critical'];

const problemsOf = (xml: string) => readCap(xml).problems?.map(({ where, problem }) => `${where}: ${problem}`) ?? [];
const messageOf = (xml: string) => {
  const { message, problems } = readCap(xml);
  if (message === null) throw new Error(JSON.stringify(problems));
  return message;
};

test.each(goldens)('%s, in the shape of an example of the standard, is read and written as it stands', (name) => {
  expect(writeCap(messageOf(golden(name)))).toBe(golden(name));
});

describe('what the examples hold comes out', () => {
  test('two codes in, two codes out', () => {
    expect(messageOf(golden('two-languages')).codes).toEqual(['urn:saesol:profile:1', 'urn:saesol:profile:2']);
  });

  test('an altitude of 0 is kept and a ceiling with it', () => {
    const [area] = messageOf(golden('two-languages')).infos[0]?.areas ?? [];
    expect([area?.altitude, area?.ceiling, area?.polygons, area?.circles]).toEqual([0, 120.5, [], []]);
  });

  test('an incident in quotes may hold spaces', () => {
    expect(messageOf(golden('two-languages')).incidents).toEqual(['case-7', 'case of 11 June']);
  });

  test('an area of a polygon alone keeps it under the area, latitude first', () => {
    const xml = golden('storm').replace(/\s*<geocode>[\s\S]*?<\/geocode>/g, '');
    const [area] = messageOf(xml).infos[0]?.areas ?? [];
    expect(area?.geocodes).toEqual([]);
    expect(area?.polygons[0]?.[0]).toEqual({ lat: 38.47, lon: -120.14 });
    expect(writeCap(messageOf(xml))).toContain(
      '<area>\n      <areaDesc>North of the river</areaDesc>\n      <polygon>',
    );
  });

  test('a resource keeps its parts under the resource', () => {
    expect(messageOf(golden('advisory')).infos[0]?.resources).toEqual([
      {
        resourceDesc: 'Image file (GIF)',
        mimeType: 'image/gif',
        uri: 'https://safety.saesol.example/level.gif',
        ...{ size: null, derefUri: null, digest: null },
      },
    ]);
  });

  test('UTC comes and goes as -00:00', () => {
    expect(messageOf(golden('two-languages')).sent).toEqual({ ms: Date.UTC(2026, 5, 11, 22, 39), offset: 0 });
  });
});

describe('other ways to write the same are read alike', () => {
  const plain = golden('storm');
  test.each([
    ['a prefix', plain.replace(/<(\/?)([a-zA-Z])/g, '<$1cap:$2').replace('xmlns=', 'xmlns:cap=')],
    [
      'a byte order mark, comments and an instruction',
      `\uFEFF${plain.replace('<info>', '<!-- <info> --><?x y?><info>')}`,
    ],
    ['a CDATA section', plain.replace('Hail and strong', '<![CDATA[Hail and]]> strong')],
    ['character references', plain.replace('Hail', '&#72;&#x61;il')],
    ['line ends of another system', plain.replaceAll('\n', '\r\n')],
    [
      'line breaks around a value',
      plain.replace(/<code>(.*?)<\/code>|<polygon>(.*?)<\/polygon>/g, '<polygon>\n$2\n</polygon>'),
    ],
    ['a point in scientific order of white space', plain.replace('38.34000,-119.95000 ', '38.34000,-119.95000\n\t')],
  ])('%s', (_what, xml) => {
    expect(writeCap(messageOf(xml))).toBe(plain);
  });

  test('24:00:00 is the beginning of the next day, and goes out as such', () => {
    const xml = plain.replace('2026-06-17T16:00:00', '2026-06-17T24:00:00');
    expect(writeCap(messageOf(xml))).toContain('<expires>2026-06-18T00:00:00-07:00</expires>');
  });
});

describe('what is wrong is said with its place, all at once', () => {
  const plain = golden('storm');
  test.each([
    ['Z in a time', plain.replace('14:57:00-07:00', '21:57:00Z'), ['alert/sent: "2026-06-17T21:57:00Z" is not a time']],
    ['fractions of a second', plain.replace('14:57:00-', '14:57:00.5-'), ['alert/sent: ']],
    ['a minute past 24:00:00', plain.replace('16:00:00', '24:00:01'), ['alert/info/expires: ']],
    ['a day that June does not have', plain.replace('06-17T16', '06-31T16'), ['alert/info/expires: ']],
    ['a status that CAP does not know', plain.replace('Actual', 'Real'), ['alert/status: "Real" is none of Actual']],
    ['no event', plain.replace(/<event>.*<\/event>/, ''), ['alert/info/event: is missing']],
    ['two events', plain.replace(/(<event>.*<\/event>)/, '$1$1'), ['alert/info/event: stands 2 times']],
    [
      'an element out of order',
      plain.replace(/(<category>.*<\/category>)\s*(<event>.*<\/event>)/, '$2$1'),
      ['alert/info/category: stands after event'],
    ],
    ['an element that CAP does not have', plain.replace('<info>', '<x/><info>'), ['alert/x: is no element of CAP']],
    [
      'a polygon that is not closed',
      plain.replace(' 38.47000,-120.14000</', '</'),
      ['alert/info/area/polygon: is not a closed'],
    ],
    ['longitude first', plain.replaceAll(/(3\d\.\d+),(-1\d\d\.\d+)/g, '$2,$1'), ['alert/info/area/polygon: ']],
    [
      'a reference without a time',
      golden('earthquake-update').replace('.1,2026-06-11T20:30:00-07:00', '.1'),
      ['alert/references: '],
    ],
    [
      'another namespace',
      plain.replace('cap:1.2', 'cap:1.1'),
      ['alert: is <alert> of "urn:oasis:names:tc:emergency:cap:1.1"'],
    ],
    [
      'two mistakes',
      plain.replace('Actual', 'Real').replace('Immediate', 'Soon'),
      ['alert/status: ', 'alert/info/urgency: '],
    ],
    ['a cut file', plain.slice(0, 600), ['document: ']],
    [
      'a document type declaration',
      plain.replace('<alert', '<!DOCTYPE alert><alert'),
      ['document: has a document type declaration'],
    ],
    ['an entity of its own', plain.replace('Hail', '&hail;'), ['document: uses &hail;']],
    ['a loose ampersand', plain.replace('Hail', 'Hail & rain'), ['document: has an & that begins no entity']],
    [
      'crossed elements',
      plain.replace('</event>', '</category>'),
      ['document: closes </category> where <event> is open'],
    ],
    ['two roots', `${plain}<alert/>`, ['document: has a second root']],
    [
      'an undeclared prefix',
      plain.replace('<info>', '<q:info>').replace('</info>', '</q:info>'),
      ['document: uses the prefix q'],
    ],
    ['nothing', '', ['document: holds no element']],
    ['JSON', '{"alert":1}', ['document: has text outside its root element']],
  ])('%s', (_what, xml, expected) => {
    const problems = problemsOf(xml);
    expect(problems).toHaveLength(expected.length);
    for (const [index, start] of expected.entries()) expect(problems[index]).toContain(start);
  });

  test('names the line', () => {
    expect(readCap(golden('storm').replace('Actual', 'Real')).problems?.[0]?.line).toBe(6);
  });

  test('nesting and size are bounded', () => {
    expect(problemsOf('<a>'.repeat(40))[0]).toContain('nested deeper than 32');
    expect(problemsOf(`<a>${'x'.repeat(1_000_001)}</a>`)[0]).toContain('longer than 1000000 characters');
  });
});

test('any text in any field comes back, and nothing that is thrown at the reader makes it throw', () => {
  const base = messageOf(golden('fire-critical'));
  const [info] = base.infos;
  if (info === undefined) throw new Error('the golden has an info');
  // Letters, and all that XML reads differently or that takes two units. Every grapheme there is takes seconds to list.
  const unit = fc.constantFrom(...'가힣aZ1 <>&"\'\n\t]é', '😀', ']]>', '&lt;', '<!--');
  const field = fc
    .string({ unit, minLength: 1, maxLength: 40 })
    .map((text) => text.trim())
    .filter(Boolean);
  fc.assert(
    fc.property(field, field, (headline, description) => {
      const message = { ...base, infos: [{ ...info, headline, description }] };
      const back = messageOf(writeCap(message));
      const kept = (text: string) => text.replace(/\r\n?/g, '\n');
      expect(back.infos[0]?.headline).toBe(kept(headline));
      expect(back.infos[0]?.description).toBe(kept(description));
    }),
  );
  const noise = fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      unit,
    ),
  );
  fc.assert(fc.property(noise, (parts) => readCap(parts.join('')).message === null));
});
