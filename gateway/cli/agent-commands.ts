import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatProblem, loadSite } from '../../config/load-site.ts';
import { isLoopback } from '../../config/loopback.ts';
import type { AgentConfig, Site } from '../../config/site.ts';
import { agentIdSchema } from '../../contract/ids.ts';
import { InputError } from '../../contract/input-error.ts';
import { unnamedText } from '../../contract/words/doctor.ts';
import { makeRequest } from '../ca/issue.ts';
import { unnamedUplink } from '../ca/names.ts';
import type { Answer } from '../control/requests.ts';
import { codeOf } from '../data-folder/private-files.ts';
import { prepareBundle } from './bundle.ts';
import { change, type Where } from './change.ts';
import { keepingSecret, type Output, type SecretFile, withSecret } from './output.ts';

export type AgentAdd = Where & {
  id: string;
  site: string;
  passwordFile?: string;
  /** A folder to be made for the box, with a certificate in place of a password. */
  bundle?: string;
  /** A request for that certificate that the box made, so that its key never leaves it. */
  csr?: string;
};

/**
 * `jari agent add`: a credential for an agent of the site file, in place of what it had: a certificate in a bundle, or a
 * password that is written to `passwordFile` (0600) or printed, this once. @throws InputError
 */
export async function runAgentAdd(options: AgentAdd): Promise<Output> {
  const { bundle, csr, passwordFile } = options;
  if (bundle !== undefined && passwordFile !== undefined) {
    throw new InputError(['--bundle and --password-file: an agent has one credential; give one of the two']);
  }
  if (csr !== undefined && bundle === undefined)
    throw new InputError(['--csr: add --bundle FOLDER for what comes of it']);
  const { site, agent } = known(options);
  if (bundle !== undefined) return addBundle({ ...options, bundle }, { site, agent });
  return keepingSecret(passwordFile, async (file) => {
    const answer = await change(options, 'agent-add', { site: site.id, agent: agent.id });
    return passwordAdded({ site, agent, answer, file });
  });
}

/** `jari agent revoke`: ends everything by which an agent may sign in, and cuts it off. @throws InputError */
export async function runAgentRevoke(options: Where & { id: string; site: string }): Promise<Output> {
  const site = loaded(options.site);
  const { id } = options;
  // Not only agents of the site file: one that was taken out of it may still hold its key.
  const agent = agentIdSchema.safeParse(id);
  if (!agent.success) throw new InputError([`agent ${JSON.stringify(id)}: is no agent's id`]);
  const { was } = await change(options, 'agent-revoke', { site: site.id, agent: agent.data });
  if (!was) {
    throw new InputError([
      `agent ${id} of site ${site.id}: has neither a certificate nor a password; nothing was changed`,
    ]);
  }
  return {
    text: `agent ${id} of site ${site.id} may not sign in any more; it was cut off if it was connected`,
    json: { site: site.id, agent: id, revoked: true },
  };
}

async function addBundle(options: AgentAdd & { bundle: string }, who: Who): Promise<Output> {
  const { site, agent } = who;
  const bundle = prepareBundle({ folder: options.bundle, ...who });
  try {
    const asked = options.csr === undefined ? await makeRequest(agent.id) : { key: null, csr: readCsr(options.csr) };
    const answer = await change(options, 'agent-certificate', { site: site.id, agent: agent.id, csr: asked.csr });
    bundle.write({ certificate: answer.certificate, key: asked.key, ca: answer.ca });
    return bundleAdded({ ...who, answer, folder: resolve(options.bundle), hasKey: asked.key !== null });
  } catch (error) {
    bundle.abandon();
    throw error;
  }
}

type Who = { site: Site; agent: AgentConfig };

function known(options: { id: string; site: string }): Who {
  const site = loaded(options.site);
  const agent = site.agents.find(({ id }) => id === options.id);
  if (agent !== undefined) return { site, agent };
  const ids = site.agents.map(({ id }) => id).join(', ');
  throw new InputError([`agent ${options.id}: is not in ${site.file}; add it there, or give one of: ${ids}`]);
}

function loaded(file: string): Site {
  const found = loadSite(file);
  if (!found.ok) throw new InputError(found.problems.map(formatProblem));
  return found.site;
}

function readCsr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError([
      `--csr ${file}: cannot be read (${codeOf(error)}); give the file that jari agent request made`,
    ]);
  }
}

function bundleAdded(added: Who & { answer: Answer<'agent-certificate'>; folder: string; hasKey: boolean }): Output {
  const { site, agent, answer, folder, hasKey } = added;
  const what = answer.replaced ? 'has a new certificate, what it had before is void' : 'may sign in by its certificate';
  const key = hasKey ? '' : `\nput ${agent.id}.key of the box beside these files; the certificate is of that key`;
  return {
    text: [
      ...(answer.endedToken ? ['the token of this name has ended'] : []),
      `agent ${agent.id} of site ${site.id} ${what}; bundle in ${folder}${key}`,
      ...notes(added),
      `on the box: npx jari edge --site ${agent.id}/site.yaml --agent ${agent.id} (with the folder copied as ${agent.id})`,
    ].join('\n'),
    json: { site: site.id, agent: agent.id, replaced: answer.replaced, bundle: folder, notes: notes(added) },
  };
}

/** What the site file says that will keep the box from using its certificate. */
function notes({ site, agent }: Who): string[] {
  const { protocol, hostname } = new URL(agent.uplink.url);
  const tls = site.gateway.mqtt.tls;
  const unnamed = unnamedUplink(site, agent);
  return [
    ...(protocol === 'mqtts:'
      ? []
      : [`note: its uplink is ${agent.uplink.url}; the box needs an mqtts:// uplink for the certificate to be used`]),
    ...(tls === null ? ['note: the site file has no gateway.mqtt.tls, so nothing listens for it yet'] : []),
    ...(tls !== null && isLoopback(tls.bind) && !isLoopback(hostname)
      ? [`note: gateway.mqtt.tls is bound to ${tls.bind}, which only this machine reaches`]
      : []),
    ...(unnamed === undefined
      ? []
      : [
          `note: ${unnamedText(unnamed)}; correct uplink.url and make the bundle again, or add the name to gateway.names`,
        ]),
    ...(tls?.files != null && !agent.uplink.tls.ca.isGiven
      ? [
          "note: the gateway shows a certificate of other files; the box trusts the public CAs, or what its uplink's tls.ca names",
        ]
      : []),
  ];
}

function passwordAdded(added: Who & { answer: Answer<'agent-add'>; file: SecretFile | undefined }): Output {
  const { site, agent, answer, file } = added;
  const token = answer.endedToken ? `the token of this name has ended\n` : '';
  const now = answer.replaced ? 'has a new password, the old one is void' : 'may sign in';
  const text = `${token}agent ${agent.id} of site ${site.id} ${now}`;
  const json = { site: site.id, agent: agent.id, replaced: answer.replaced };
  return withSecret({ text, json, secret: answer.password, file });
}
