import { preparePrivateFile } from '../data-folder/private-files.ts';

/** What a command prints: text for people, or the same as JSON. */
export type Output = { text: string; json: object };

export type SecretFile = ReturnType<typeof preparePrivateFile> & { path: string };

/** Opens the file for a secret before anything is changed, and leaves nothing behind when the change fails. */
export async function keepingSecret(
  path: string | undefined,
  work: (file: SecretFile | undefined) => Promise<Output>,
): Promise<Output> {
  if (path === undefined) return work(undefined);
  const file = { ...preparePrivateFile(path), path };
  try {
    return await work(file);
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** Writes the secret to its file, or shows it. */
export function withSecret(made: { text: string; json: object; secret: string; file: SecretFile | undefined }): Output {
  const { text, json, secret, file } = made;
  if (file === undefined) {
    return { text: `${text}; the password is shown this once:\n${secret}`, json: { ...json, password: secret } };
  }
  file.write(`${secret}\n`);
  return { text: `${text}; password in ${file.path}`, json: { ...json, passwordFile: file.path } };
}

/** Rows under a head, in columns. A cell may hold what somebody far away typed, and a terminal obeys control characters. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map(printable));
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

/** Control characters, and those that turn the direction of what follows, as JSON writes them. */
export function printable(cell: string): string {
  return cell.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** Columns of a terminal: Hangul and its like take two. */
export function width(text: string): number {
  return [...text].reduce(
    (sum, char) => sum + (/[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uff00-\uff60]/.test(char) ? 2 : 1),
    0,
  );
}
