import { peerProblem, writtenHostOf } from '../contract/host.ts';
import type { CheckReason } from '../contract/words/check/check.ts';
import { isLoopback } from './loopback.ts';

/** What is wrong with a broker's address, wherever a person wrote it; undefined when nothing is. */
export function uplinkUrlProblem(text: string): CheckReason | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'ws:' || url?.protocol === 'wss:') return { code: 'mqtt-over-websocket' };
  if ((url?.protocol !== 'mqtt:' && url?.protocol !== 'mqtts:') || url.hostname === '') return { code: 'uplink-form' };
  if (url.username !== '' || url.password !== '') return { code: 'uplink-with-secret' };
  if (url.port === '0') return { code: 'port-zero' };
  return peerProblem(writtenHostOf(text) ?? '');
}

/** Whether what goes to this address passes over a network unencrypted. The address is one that may be used. */
export function isPlainOverNetwork(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'mqtt:' && !isLoopback(hostname);
}

/** What to do about such an address. */
export const plainUplinkProblem: CheckReason = { code: 'uplink-plain' };
