/** Which carrier an address means: one worker by HTTP, or one or more servers of NATS. Null: none that there is. */
export function carrierOf(url: string): 'https' | 'nats' | null {
  const schemes = new Set(addressesOf(url).map((each) => (URL.canParse(each) ? new URL(each).protocol : '')));
  const [scheme = '', ...others] = schemes;
  if (others.length > 0) return null;
  if (/^https?:$/.test(scheme)) return url.includes(',') ? null : 'https';
  return /^(nats|tls):$/.test(scheme) ? 'nats' : null;
}

export const addressesOf = (url: string) => url.split(',').map((each) => each.trim());
