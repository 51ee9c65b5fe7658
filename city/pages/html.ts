import { cityWords } from '../../contract/words/city.ts';
import type { Language } from '../../contract/words/language.ts';
import type { Words } from '../../contract/words/words.ts';
import { style } from './style.ts';

/** Markup whose every other text is escaped. */
export type Html = { readonly html: string };

export function html(
  parts: TemplateStringsArray,
  ...values: readonly (Html | readonly Html[] | string | number)[]
): Html {
  const text = values.map((value) => (typeof value === 'object' ? rendered(value) : escaped(String(value))));
  return { html: parts.map((part, index) => part + (text[index] ?? '')).join('') };
}

const rendered = (value: Html | readonly Html[]) =>
  'html' in value ? value.html : value.map((each) => each.html).join('');

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Words in the reader's language, and the name of a district where it has one in that language. */
export type Say = { (words: Words): string; district(name: string): string };

export function sayIn(language: Language, districts: ReadonlyMap<string, string> = new Map()): Say {
  const district = (name: string) => (language === 'en' ? (districts.get(name) ?? name) : name);
  return Object.assign((words: Words) => words[language], { district });
}

const links = [
  ['/', cityWords.boxes],
  ['/map', cityWords.map],
  ['/lots', cityWords.lots],
  ['/alerts', cityWords.alerts],
  ['/indicators', cityWords.indicators],
  ['/configurations', cityWords.configurations],
] as const;

/** A whole page. It is read again every ten seconds; without scripts the browser does so. */
export function page(language: Language, path: string, title: string, body: Html, reader: string): string {
  const say = sayIn(language);
  const menu = links.map(
    ([to, words]) => html`<a href="${to}"${path === to ? html` aria-current="page"` : ''}>${say(words)}</a>`,
  );
  return `<!doctype html>${
    html`<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<noscript><meta http-equiv="refresh" content="10"></noscript><script src="/live.js" defer></script>
<title>${title}</title><style>${{ html: style }}</style></head>
<body><a class="skip" href="#main">${say(cityWords.skip)}</a><nav>${menu}<form method="post" action="/sign-out" class="who">${reader} <button>${say(cityWords.signOut)}</button></form></nav><p id="stale" role="status">${say(cityWords.notRefreshed)}</p>
<main id="main" tabindex="-1"><h1>${title}</h1>${body}</main></body></html>`.html
  }`;
}

/** A page for somebody who has not signed in: nothing on it changes. */
export function plainPage(language: Language, title: string, body: Html): string {
  return `<!doctype html>${
    html`<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${{ html: style }}</style></head><body><main><h1>${title}</h1>${body}</main></body></html>`
      .html
  }`;
}

export type Cell = Html | string | number;

/** In one line where it stands in a column: a name such as Gangdong-gu would be cut at its hyphen. Nothing where there is none. */
export const districtCell = (name: string, say: Say): Cell =>
  name === '' ? '' : html`<span class="name">${say.district(name)}</span>`;

/** On a narrow screen each row is a list of its cells, with their headings. Figures are set to the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], none: string): Html {
  if (rows.length === 0) return html`<p>${none}</p>`;
  const isNumber = head.map((_, column) => rows.every((row) => isFigure(row[column])));
  const align = (column: number) => (isNumber[column] ? html` class="n"` : '');
  const heads = head.map((each, column) => html`<th scope="col"${align(column)}>${each}</th>`);
  const cells = (row: readonly Cell[]) =>
    row.map((cell, column) => html`<td${align(column)} data-of="${head[column] ?? ''}">${cell}</td>`);
  return html`<table><thead><tr>${heads}</tr></thead><tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table>`;
}

/** A number, a share or a ratio. A column with a word in it is none of figures, nor is one of versions. */
function isFigure(cell: Cell | undefined): boolean {
  return typeof cell === 'number' || (typeof cell === 'string' && /^\d+(\.\d+)?( %| \/ \d+)?$/.test(cell));
}
