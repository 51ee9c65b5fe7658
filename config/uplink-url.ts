/** What is wrong with a broker's address, wherever a person wrote it; undefined when nothing is. */
export function uplinkUrlProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'mqtts:' || url?.protocol === 'wss:')
    return 'TLS is not supported yet; use mqtt://host:port on this machine or a closed network';
  if (url?.protocol !== 'mqtt:' || url.hostname === '') return 'an uplink is written mqtt://host:port';
  if (url.username !== '' || url.password !== '')
    return 'no name or password in the address; use username and passwordFile';
  return undefined;
}
