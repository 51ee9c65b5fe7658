import { expect, test } from 'vitest';
import { atomFeed } from '../../contract/atom.ts';
import { parseXml } from '../../gateway/feeds/cap/xml.ts';

const at = Date.UTC(2026, 10, 21, 8, 48, 24);
const entry = {
  identifier: 'saesol.hanbit.a-7k2.2',
  title: '[훈련] 한빛상가 화재 <지하 1층> & "주차장"',
  summary: '계단으로 대피하세요.',
  sent: at,
  expires: at + 3_600_000,
  author: '새솔동 안전상황실',
};

test('a feed names itself and links every message, with what XML would misread written so that it cannot', () => {
  const feed = atomFeed({
    title: '새솔동 경보',
    base: 'https://saesol.example/feeds',
    author: 'Saesol safety desk',
    updated: at,
    entries: [entry],
  });
  expect(feed).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>https://saesol.example/feeds/cap.atom</id>
  <title>새솔동 경보</title>
  <updated>2026-11-21T08:48:24.000Z</updated>
  <author><name>Saesol safety desk</name></author>
  <link rel="self" type="application/atom+xml" href="https://saesol.example/feeds/cap.atom"/>
  <entry>
    <id>https://saesol.example/feeds/cap/saesol.hanbit.a-7k2.2.xml</id>
    <title>[훈련] 한빛상가 화재 &lt;지하 1층&gt; &amp; "주차장"</title>
    <updated>2026-11-21T08:48:24.000Z</updated>
    <published>2026-11-21T08:48:24.000Z</published>
    <author><name>새솔동 안전상황실</name></author>
    <summary>계단으로 대피하세요.</summary>
    <link rel="alternate" type="application/cap+xml" href="https://saesol.example/feeds/cap/saesol.hanbit.a-7k2.2.xml"/>
  </entry>
</feed>
`);
});

test('a feed without messages is a feed', () => {
  const empty = atomFeed({ title: 'x', base: 'http://h/feeds', author: 'a', updated: at, entries: [] });
  expect('root' in parseXml(empty)).toBe(true);
  expect(empty).not.toContain('<entry>');
});
