import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { changesBetween } from '../../../config/against/changes.ts';
import { confirmationOf } from '../../../config/against/confirm.ts';
import { isLoss } from '../../../config/against/loss.ts';
import { openYaml } from '../../../config/files/yaml-file.ts';
import { formatProblem, loadSite } from '../../../config/load-site.ts';
import { signSet } from '../../../config/signed/city-set.ts';
import type { Site } from '../../../config/site.ts';
import { type CityConfiguration, type ConfigurationSet, ruleSettingsSchema } from '../../../contract/configuration.ts';
import { siteIdSchema } from '../../../contract/ids.ts';
import { InputError } from '../../../contract/input-error.ts';
import { siteChangeWords } from '../../../contract/words/site-changes.ts';
import { unconfirmed } from '../../configuration/draft.ts';
import { preparePrivateFile } from '../../data-folder/private-files.ts';
import type { Output } from '../output.ts';
import { profilesOf, read } from './try.ts';

/** Signing of what a city hands down, on a machine that needs neither city nor gateway. */

/** `jari config key`: never over a file that is there. @throws InputError */
export function runConfigKey({ file }: { file: string }): Output {
  const pub = `${file}.pub`;
  for (const each of [file, pub])
    if (existsSync(each)) throw new InputError([`${each}: is there already; keys are never written over`]);
  const pair = generateKeyPairSync('ed25519');
  preparePrivateFile(file).write(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  const publicKey = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  writeFileSync(pub, publicKey, { flag: 'wx' });
  const text = `${file} signs and stays with you; give ${pub} to each gateway: gateway.city.configuration.key in its site file`;
  return { text, json: { file, publicFile: pub, publicKey } };
}

export type SignOptions = {
  files: string[];
  key: string;
  version: string;
  out: string;
  site?: string[];
  against?: string[];
  confirm: string[];
  why?: string;
};

type Body = Exclude<CityConfiguration, { kind: 'withdrawal' }>;
type Made = { readonly body: Body; readonly said: readonly string[] };

/** `jari config sign`. @throws InputError with what is wrong with a file, or what is to be confirmed */
export function runConfigSign(options: SignOptions): Output {
  const { files, key, out, site: sites, why = null } = options;
  const version = versionOf(options.version);
  const made =
    sites === undefined
      ? files.map((file, nth) => siteBody(file, { ...options, version, against: options.against?.[nth] }))
      : rulesBodies(files, sites, version);
  const twice = made.find(({ body }, nth) => made.findIndex((other) => other.body.site === body.site) !== nth);
  if (twice !== undefined) throw new InputError([`site ${twice.body.site}: two of the files are of it`]);
  const kind: ConfigurationSet['kind'] = sites === undefined ? 'site' : 'rules';
  const set = signSet(
    made.map(({ body }) => body),
    { version, kind, why },
    privateKey(key),
  );
  writeFileSync(out, JSON.stringify(set));
  const names = made.map(({ body }) => body.site);
  const text = [`${out}: version ${version} for ${names.join(', ')}`, ...made.flatMap(({ said }) => said)].join('\n');
  return { text, json: { out, version, kind, sites: names } };
}

type Confirmed = Pick<SignOptions, 'confirm'> & { version: number; against?: string | undefined };

function siteBody(file: string, { version, against, confirm }: Confirmed): Made {
  const site = loaded(file);
  const changes = against === undefined ? [] : changesBetween(loaded(against), site);
  const open = unconfirmed({ changes }, confirm);
  if (open.length > 0) {
    const lines = open.map((change) => `  ${siteChangeWords(change).en}\n    --confirm "${confirmationOf(change)}"`);
    throw new InputError([`${file}: it takes something away. Confirm each in so many words:\n${lines.join('\n')}`]);
  }
  const text = read(file);
  const body: Body = { v: 1, site: site.id, version, kind: 'site', text, profiles: profilesOf(file), confirm };
  const said = changes.map((change) => `  ${isLoss(change) ? '!' : ' '} ${siteChangeWords(change).en}`);
  const blind = against === undefined ? [`  ${site.id}: not held against what runs; the gateway does that`] : [];
  return { body, said: [...said, ...blind] };
}

const rulesFileSchema = z.strictObject({
  rules: z
    .array(ruleSettingsSchema.extend({ lifeSafety: z.boolean().default(false) }))
    .min(1)
    .max(200),
});

function rulesBodies(files: readonly string[], sites: readonly string[], version: number): Made[] {
  const [file = '', more] = files;
  if (more !== undefined) throw new InputError([`${more}: settings of rules are one file`]);
  const opened = openYaml(file);
  if (!opened.ok) throw new InputError(opened.problems.map(formatProblem));
  const parsed = rulesFileSchema.safeParse(opened.yaml.value);
  if (!parsed.success)
    throw new InputError(parsed.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`));
  const { rules } = parsed.data;
  return sites.map((id) => {
    const site = siteIdSchema.safeParse(id);
    if (!site.success) throw new InputError([`--site ${id}: is no id of a site`]);
    return { body: { v: 1, site: site.data, version, kind: 'rules', rules }, said: [] };
  });
}

function loaded(file: string): Site {
  const site = loadSite(file);
  if (!site.ok) throw new InputError(site.problems.filter(({ severity }) => severity === 'error').map(formatProblem));
  return site.site;
}

function versionOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InputError([`--set-version ${text}: give a whole number from 1`]);
  return Number(text);
}

function privateKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(read(file));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    if (error instanceof InputError) throw error;
  }
  throw new InputError([`--key ${file}: is no private key of jari config key (PEM, Ed25519)`]);
}
