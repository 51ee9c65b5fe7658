import { contentOf, type PartContent } from '../../config/handed/agent-part.ts';
import { type AgentPart, type SignedByCa, signedPrefix } from '../../contract/configuration.ts';
import type { Signer } from '../ca/document.ts';

/** A part as it travels to its agent. */
export function signPart(
  signer: Pick<Signer, 'sign'>,
  content: PartContent,
  about: Pick<AgentPart, 'site' | 'agent' | 'version' | 'returns' | 'trial'>,
): SignedByCa {
  const part: AgentPart = { v: 1, ...about, content: contentOf(content), ...content };
  const body = JSON.stringify(part);
  const { alg, certificate, ca, value } = signer.sign(Buffer.from(signedPrefix.agent + body));
  return { v: 1, body, signature: { alg, certificate, ca, value } };
}
