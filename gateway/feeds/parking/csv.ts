/**
 * CSV as the public data portal and spreadsheets take it: a byte order mark, without which Korean opens garbled, CRLF, and
 * fields in quotes where they hold a comma, a quote or a line break. Source: RFC 4180. Pure.
 */
export function csvText(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return `\uFEFF${[header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('')}`;
}

function field(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
