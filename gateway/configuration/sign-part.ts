import { contentOf, type PartContent } from '../../config/handed/agent-part.ts';
import { type AgentPart, type AgentWithdrawal, type SignedByCa, signedPrefix } from '../../contract/configuration.ts';
import type { Signer } from '../ca/document.ts';

/** A part as it travels to its agent. */
export function signPart(
  signer: Pick<Signer, 'sign'>,
  content: PartContent,
  about: Pick<AgentPart, 'site' | 'agent' | 'version' | 'trial'>,
): SignedByCa {
  return signed(signer, { v: 1, ...about, content: contentOf(content), ...content });
}

/** The word that takes a version back. */
export function signWithdrawal(signer: Pick<Signer, 'sign'>, about: Omit<AgentWithdrawal, 'v'>): SignedByCa {
  return signed(signer, { v: 1, ...about });
}

function signed(signer: Pick<Signer, 'sign'>, message: AgentPart | AgentWithdrawal): SignedByCa {
  const body = JSON.stringify(message);
  const { alg, certificate, ca, value } = signer.sign(Buffer.from(signedPrefix.agent + body));
  return { v: 1, body, signature: { alg, certificate, ca, value } };
}
