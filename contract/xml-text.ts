/** A text as XML element content; what XML 1.0 cannot hold (control characters, half pairs) is left out. */
export function escapeXml(text: string): string {
  return text.replace(forbiddenInXml, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The same for the value of an attribute in double quotes. */
export function escapeAttribute(text: string): string {
  return escapeXml(text).replaceAll('"', '&quot;');
}

/** XML 1.0, production 2: everything but these may stand in a document. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
export const forbiddenInXml = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu;
