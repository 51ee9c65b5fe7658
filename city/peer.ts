import { urlPeerProblem } from '../contract/host.ts';
import { InputError } from '../contract/input-error.ts';
import { checkText } from '../contract/words/check/check.ts';

/**
 * That the host of an address on the command line is the one that was meant: of 192.168.0.010 the resolver makes .8.
 * @throws InputError
 */
export function assertPeer(option: string, url: string): void {
  const problem = urlPeerProblem(url);
  if (problem !== undefined) throw new InputError([`${option}: ${checkText(problem).en}`]);
}
