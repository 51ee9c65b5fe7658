import { expect, test } from 'vitest';
import { metricsText } from '../../../gateway/http/metrics-text.ts';

test('a figure has its help, its type and its value; figures are apart by an empty line', () => {
  expect(
    metricsText([
      { name: 'jari_a_total', help: 'A.', read: () => 3 },
      { name: 'jari_b', help: 'B.', read: () => 0.5 },
    ]),
  ).toBe(
    '# HELP jari_a_total A.\n# TYPE jari_a_total counter\njari_a_total 3\n\n# HELP jari_b B.\n# TYPE jari_b gauge\njari_b 0.5\n',
  );
});

test('labels stand in braces, in their order; without one of them there is no sample', () => {
  const read = () => [
    { labels: { site: 'a', state: 'online' }, value: 1 },
    { labels: { site: 'a', state: 'offline' }, value: 0 },
  ];
  expect(metricsText([{ name: 'jari_agents', help: 'Agents.', read }])).toContain(
    'jari_agents{site="a",state="online"} 1\njari_agents{site="a",state="offline"} 0\n',
  );
  expect(metricsText([{ name: 'jari_agents', help: 'Agents.', read: () => [] }])).toBe(
    '# HELP jari_agents Agents.\n# TYPE jari_agents gauge\n',
  );
});

test('a backslash, a quote and a line feed do not end a label or a help', () => {
  const text = metricsText([{ name: 'm', help: 'a\\b\n"c"', read: () => [{ labels: { l: 'a\\b\n"c"' }, value: 1 }] }]);
  expect(text).toContain('# HELP m a\\\\b\\n"c"\n');
  expect(text).toContain('m{l="a\\\\b\\n\\"c\\""} 1\n');
});

test.each([
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [1e21, '1e+21'],
])('%d is written as %s', (value, written) => {
  expect(metricsText([{ name: 'm', help: 'M.', read: () => value }])).toContain(`\nm ${written}\n`);
});
