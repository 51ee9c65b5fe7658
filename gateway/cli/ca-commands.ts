import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '../../contract/input-error.ts';
import { authorityFiles } from '../ca/authority.ts';
import { openDataFolder } from '../data-folder/private-files.ts';
import { change, type Where } from './change.ts';
import type { Output } from './output.ts';

/** `jari ca init`: makes the gateway's CA, which is never replaced by this. @throws InputError */
export async function runCaInit(where: Where): Promise<Output> {
  await change(where, 'ca-init', {});
  return shown('made the CA', openDataFolder(where.data));
}

/** `jari ca show`: the CA's fingerprint and dates, and where its certificate is. @throws InputError when there is none */
export async function runCaShow({ data }: { data?: string }): Promise<Output> {
  const dir = openDataFolder(data);
  if (!existsSync(authorityFiles(dir).certificate)) {
    throw new InputError([
      `${dir}: has no CA yet; make one with: jari ca init, or start a gateway whose site file asks for tls`,
    ]);
  }
  return shown('the CA', dir);
}

function shown(what: string, dir: string): Output {
  const file = authorityFiles(dir).certificate;
  const certificate = new X509Certificate(readFileSync(file));
  const expires = certificate.validToDate.toISOString();
  const name = certificate.subject.replace(/^CN=/, '');
  return {
    text: [
      `${what} ${name}, good until ${expires.slice(0, 10)}`,
      `certificate: ${file}`,
      `SHA-256 fingerprint: ${certificate.fingerprint256}`,
    ].join('\n'),
    json: { name, expires, certificate: file, fingerprint256: certificate.fingerprint256 },
  };
}
