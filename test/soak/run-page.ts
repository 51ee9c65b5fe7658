import { soakPage } from './page-soak.ts';
import { soakReaders } from './readers-soak.ts';

/**
 * `npm run soak:page [-- minutes [pages|readers|browsers [turns]]]`: three pages of a site of 1,000 devices and 600 spaces open in Chromium while
 * 100 things change a second and beside the same page of a site where nothing changes, a third of the time each, and then 50 readers that stop reading for as long, in three turns. Ten minutes of each. `browsers`: the
 * readers are windows of Chromium whose processes are stopped.
 */
const [given = '10', part = 'both', turns = '3'] = process.argv.slice(2);
const minutes = Number(given);
const rows = [
  ...(part === 'both' || part === 'pages' ? await soakPage(minutes) : []),
  ...(part === 'pages' ? [] : await soakReaders(minutes, Number(turns), part === 'browsers' ? 'browsers' : 'readers')),
];
const width = Math.max(...rows.map(({ what }) => what.length));
for (const { what, seen, bar, ok } of rows) {
  const verdict = bar === '–' ? '' : ok ? 'met' : 'unmet';
  console.log(`${what.padEnd(width)}  ${seen.padStart(22)}  ${bar.padStart(14)}  ${verdict}`);
}
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
