import { hostProblem, writtenHostOf } from './host.ts';
import { isLoopback } from './loopback.ts';

/** What is wrong with a broker's address, wherever a person wrote it; undefined when nothing is. */
export function uplinkUrlProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'ws:' || url?.protocol === 'wss:') return 'MQTT goes by TCP here; use mqtts://host:port';
  if ((url?.protocol !== 'mqtt:' && url?.protocol !== 'mqtts:') || url.hostname === '')
    return 'an uplink is written mqtts://host:port, or mqtt://host:port on this machine';
  if (url.username !== '' || url.password !== '')
    return 'no name or password in the address; use username and passwordFile';
  return hostProblem(writtenHostOf(text) ?? '');
}

/** Whether what goes to this address passes over a network unencrypted. The address is one that may be used. */
export function isPlainOverNetwork(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'mqtt:' && !isLoopback(hostname);
}

/** What to do about such an address. */
export const plainUplinkProblem =
  'passwords and readings would pass over the network unencrypted; use mqtts://host:8883, or say insecure: true in this uplink';
