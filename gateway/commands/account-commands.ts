import { formatProblem, loadSite } from '../../config/load.ts';
import type { Site } from '../../config/site.ts';
import { InputError } from '../../contract/input-error.ts';
import type { Answer } from './account-requests.ts';
import { change, type Where } from './change.ts';
import { keepingSecret, type Output, type SecretFile, withSecret } from './output.ts';

/**
 * `jari agent add`: a credential for an agent of the site file. Its password is written to `passwordFile` (0600) or
 * printed, this once. @throws InputError
 */
export async function runAgentAdd(
  options: { id: string; site: string; passwordFile?: string } & Where,
): Promise<Output> {
  const site = siteWith(options.site, options.id);
  return keepingSecret(options.passwordFile, async (file) => {
    const answer = await change(options, 'agent-add', { site: site.id, agent: options.id });
    return agentAdded({ site: site.id, agent: options.id, answer, file });
  });
}

/** The site of the file, which must have this agent. @throws InputError */
export function siteWith(file: string, agent: string): Site {
  const loaded = loadSite(file);
  if (!loaded.ok) throw new InputError(loaded.problems.map(formatProblem));
  const { site } = loaded;
  if (site.agents.some(({ id }) => id === agent)) return site;
  const known = site.agents.map(({ id }) => id).join(', ');
  throw new InputError([`agent ${agent}: is not in ${site.file}; add it there, or give one of: ${known}`]);
}

function agentAdded(added: {
  site: string;
  agent: string;
  answer: Answer<'agent-add'>;
  file: SecretFile | undefined;
}): Output {
  const { site, agent, answer, file } = added;
  const token = answer.endedToken ? `the token of this name has ended\n` : '';
  const now = answer.replaced ? 'has a new password, the old one is void' : 'may sign in';
  const text = `${token}agent ${agent} of site ${site} ${now}`;
  return withSecret({ text, json: { site, agent, replaced: answer.replaced }, secret: answer.password, file });
}
