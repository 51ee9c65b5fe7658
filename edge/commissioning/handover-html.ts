import { type ProofStatus, statusWords, verdictText, handoverWords as words } from '../../contract/words/handover.ts';
import type { Language } from '../../contract/words/language.ts';
import type { Words } from '../../contract/words/words.ts';
import type { Handover, HandoverDevice, HandoverPoint } from './handover.ts';

export type HandoverPage = {
  readonly handover: Handover;
  readonly timezone: string;
  /** Epoch ms. */
  readonly at: number;
  readonly by: string;
  readonly version: string;
  readonly siteHash: string;
  /** Null without a CA. */
  readonly signer: { readonly name: string; readonly fingerprint: string } | null;
  /** A photo as a data URI, by its hash; absent where it is gone. */
  readonly photos: ReadonlyMap<string, string>;
  readonly language: Language;
};

/** The report as one page that needs nothing else, made to be printed on A4. Everything from outside is escaped. */
export function handoverHtml(page: HandoverPage): string {
  const { handover, language } = page;
  const say = (text: Words) => escaped(text[language]);
  const { counts, isBroken } = handover;
  const isAll =
    counts.proved > 0 && counts.failed + counts.unproved + counts.changed + counts.simulated === 0 && !isBroken;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${say(words.title)} · ${say(handover.name)}</title>
<style>${css}</style>
</head>
<body>
<h1>${say(words.title)}</h1>
<p class="name">${say(handover.name)}</p>
${facts(page, say)}
<p class="sum ${isAll ? 'all' : 'some'}">${say(isAll ? words.allProved : words.someUnproved)}</p>
${isBroken ? `<p class="sum some">${say(words.brokenLog)}</p>` : ''}
${counts.simulated > 0 ? `<p class="sum some">${say(words.virtual)}</p>` : ''}
<ul class="counts">${countItems(counts, say)}</ul>
${handover.devices.map((device) => deviceSection(device, page, say)).join('\n')}
<h2>${say(words.signature)}</h2>
<table class="hands"><tr><th>${say(words.installer)}</th><td></td></tr><tr><th>${say(words.receiver)}</th><td></td></tr></table>
<p class="small">${page.signer === null ? say(words.unsigned) : `${say(words.signedBy)} ${escaped(page.signer.name)}, SHA-256 ${escaped(page.signer.fingerprint)}. ${say(words.verifyBy)}`}</p>
</body>
</html>
`;
}

type Say = (text: Words) => string;

function facts({ handover, at, by, version, siteHash, timezone }: HandoverPage, say: Say): string {
  const rows: readonly [Words, string][] = [
    [words.site, handover.site],
    [words.made, timeText(at, timezone)],
    [words.by, by],
    [words.version, `jari ${version}`],
    [words.siteFile, siteHash],
    [words.proofsHead, handover.head],
  ];
  const cells = rows.map(([name, value]) => `<tr><th>${say(name)}</th><td>${escaped(value)}</td></tr>`);
  return `<table class="facts">${cells.join('')}</table>`;
}

function countItems(counts: Handover['counts'], say: Say): string {
  const all = Object.entries(counts) as [ProofStatus, number][];
  return all
    .filter(([status, count]) => count > 0 || status === 'proved')
    .map(([status, count]) => `<li class="${status}">${say(statusWords[status])} <b>${count}</b></li>`)
    .join('');
}

function deviceSection(device: HandoverDevice, page: HandoverPage, say: Say): string {
  const { agent, bus, maker, model, profile, verified } = device;
  const heads = [words.point, words.status, words.stimulus, words.value, words.raw, words.who, words.when];
  const rows = device.points.map((point) => pointRow(point, page, say)).join('\n');
  return `<section>
<h2>${escaped(device.device)} <small>${escaped(`${agent}/${bus}`)} · ${escaped(`${maker} ${model}`)} · ${say(words.profile)} ${escaped(profile)} (${say(words.verified)}: ${escaped(verified)})</small></h2>
<table><thead><tr>${heads.map((head) => `<th>${say(head)}</th>`).join('')}</tr></thead><tbody>
${rows}
</tbody></table>
</section>`;
}

function pointRow({ point, kind, unit, status, proof }: HandoverPoint, page: HandoverPage, say: Say): string {
  const name = `${escaped(point.split('/')[1] ?? point)} <small>${escaped(kind)}</small>`;
  const state = `<td class="${status}"><b>${marks[status]} ${say(statusWords[status])}</b></td>`;
  if (proof === null) return `<tr><td>${name}</td>${state}<td></td><td></td><td></td><td></td><td></td></tr>`;
  const shown = (value: unknown) =>
    escaped(`${String(value)}${unit === null || typeof value !== 'number' ? '' : ` ${unit}`}`);
  const raw = (items: readonly number[] | null) =>
    escaped((items ?? []).map((item) => item.toString(16).padStart(4, '0')).join(' '));
  const { before, after } = proof;
  const cells = [
    name,
    `${escaped(proof.stimulus)}<br><small>${say(verdictText(proof))}</small>${photo(proof, page, say)}`,
    `${shown(before.value ?? before.fault)} → ${shown(after.value ?? after.fault)}`,
    `${raw(before.raw)} → ${raw(after.raw)}`,
    `${escaped(proof.by)}`,
    `${escaped(timeText(proof.at, page.timezone))}<br><small>#${proof.n} ${proof.hash.slice(0, 12)}</small>`,
  ];
  const [first = '', ...rest] = cells;
  return `<tr><td>${first}</td>${state}${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function photo({ photo: about }: NonNullable<HandoverPoint['proof']>, { photos }: HandoverPage, say: Say): string {
  if (about === null) return '';
  const uri = photos.get(about.sha256);
  const named = `<small>${say(words.photo)} ${escaped(about.name)} ${about.sha256.slice(0, 12)}</small>`;
  return uri === undefined
    ? `<br>${named} <small>(${say(words.photoGone)})</small>`
    : `<br><img src="${uri}" alt="${escaped(about.name)}"><br>${named}`;
}

/** A shape beside the colour. */
const marks: Readonly<Record<ProofStatus, string>> = {
  proved: '✓',
  failed: '✗',
  unproved: '—',
  changed: '—',
  simulated: '—',
};

function timeText(at: number, timezone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' });
  return `${format.format(at)} (${timezone})`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

const css = `
@page { size: A4; margin: 14mm }
body { font: 10.5pt/1.45 "Noto Sans KR", "Malgun Gothic", sans-serif; color: #111; max-width: 182mm; margin: 8mm auto; word-break: keep-all; overflow-wrap: anywhere }
h1 { font-size: 18pt; margin: 0 } h2 { font-size: 11.5pt; margin: 6mm 0 1mm } small, .small { font-size: 8.5pt; color: #444; font-weight: 400 }
.name { font-size: 13pt; margin: 0 0 3mm } table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; border: 0.3pt solid #999; padding: 1mm 1.5mm; font-variant-numeric: tabular-nums }
th { font-weight: 600; background: #f2f2f2 } .facts th { width: 42mm } .sum { padding: 2mm 3mm; border: 1pt solid #111; font-weight: 600 }
.some, .failed { border-left: 4pt solid #b00020 } .all, .proved { border-left: 4pt solid #1b6e3c } .unproved, .changed, .simulated { border-left: 4pt double #777 }
.counts { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 2mm } .counts li { border: 0.3pt solid #999; padding: 1mm 3mm }
img { max-width: 42mm; max-height: 42mm } .hands td { height: 16mm } tr, section > h2 { break-inside: avoid } h2 { break-after: avoid } thead { display: table-header-group }
`;
