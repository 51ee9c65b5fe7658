import { cityWords } from '../../contract/words/city.ts';
import type { Language } from '../../contract/words/language.ts';
import type { Words } from '../../contract/words/words.ts';

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

export type Say = (words: Words) => string;
export const sayIn =
  (language: Language): Say =>
  (words) =>
    words[language];

const links = [
  ['/', cityWords.boxes],
  ['/lots', cityWords.lots],
  ['/alerts', cityWords.alerts],
  ['/indicators', cityWords.indicators],
] as const;

/** A whole page. It asks itself again every ten seconds, without a script. */
export function page(language: Language, path: string, title: string, body: Html): string {
  const say = sayIn(language);
  const menu = links.map(
    ([to, words]) => html`<a href="${to}"${path === to ? html` aria-current="page"` : ''}>${say(words)}</a>`,
  );
  return `<!doctype html>${
    html`<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="10"><title>${title}</title><style>${{ html: style }}</style></head>
<body><nav>${menu}</nav><main><h1>${title}</h1>${body}</main></body></html>`.html
  }`;
}

export function table(
  head: readonly string[],
  rows: readonly (readonly (Html | string | number)[])[],
  none: string,
): Html {
  if (rows.length === 0) return html`<p>${none}</p>`;
  return html`<table><thead><tr>${head.map((each) => html`<th scope="col">${each}</th>`)}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table>`;
}

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{margin:0}nav{display:flex;gap:1rem;padding:.75rem 1rem;border-bottom:1px solid #8888}
nav a[aria-current]{font-weight:700}main{padding:1rem;overflow-x:auto}table{border-collapse:collapse;min-width:40rem}th,td{text-align:left;padding:.4rem .75rem;border-bottom:1px solid #8884;vertical-align:top}
.bad{font-weight:700}ul{margin:0;padding-left:1.1rem}input,button{font:inherit;padding:.3rem .6rem;min-height:2.75rem}`;
