import { preparePrivateFile } from '../data-folder/private-files.ts';

export { printable, table, width } from '../../contract/words/table.ts';

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
