/** Why there is no connection to the broker, in words that say what to do about it. */

export type ConnectContext = {
  /** Of this box, epoch ms. */
  now: number;
  /** Signs in by a certificate, not by a password. */
  isCertified: boolean;
  url: string;
};

export function explainConnect(error: Error | undefined, context: ConnectContext): string {
  if (error === undefined) return hungUp;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return otherName(error, context);
  if (clockCodes.has(code)) {
    return `${words[code]}; this box's clock says ${new Date(context.now).toISOString()}`;
  }
  if (code === '5' && context.isCertified) return notByThisCertificate;
  // What the library says of an answer that is none of MQTT, as of a web server.
  if (error.message.startsWith('Invalid header flag bits')) return noMqtt;
  return words[code] ?? error.message;
}

function otherName(error: Error, { url }: ConnectContext): string {
  const names = 'cert' in error ? namesIn(error.cert) : '';
  const host = URL.canParse(url) ? new URL(url).hostname : url;
  return (
    `the gateway's certificate is not for ${host}${names}; add that name to gateway.names in the gateway's site file, ` +
    'or use one that it has in uplink.url'
  );
}

function namesIn(certificate: unknown): string {
  if (typeof certificate !== 'object' || certificate === null || !('subjectaltname' in certificate)) return '';
  const names = String(certificate.subjectaltname).replaceAll(/(DNS|IP Address):/g, '');
  return ` but for ${names}`;
}

const notByThisCertificate =
  'the gateway refuses this certificate: it was revoked, replaced by a newer bundle, has expired, or is of another ' +
  'gateway; the log of the gateway says which; make a new bundle there with: jari agent add --bundle';

const untrusted =
  'the CA of the gateway is not the one trusted here; take ca.crt from the bundle (uplink.tls.ca), or check that this is ' +
  'the right gateway';

const hungUp =
  'the broker closed the connection before it answered; this agent tries again by itself. If it lasts, look at the log ' +
  'of the gateway';

const noMqtt = 'what listens there speaks no MQTT; use the port of gateway.mqtt.tls, 8883 as a rule, in uplink.url';

const clockCodes: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** By return code of CONNACK (MQTT 3.1.1 table 3.1), or name of the system's or OpenSSL's error. */
const words: Readonly<Record<string, string>> = {
  1: 'the broker does not speak MQTT 3.1.1; use one that does',
  2: 'the broker refuses this client id; an agent may connect only by the credential that was made for it',
  3:
    'the broker takes no sign-in at the moment; this agent tries again by itself. If it lasts, look at the log of the ' +
    'gateway, and whether another box uses the same credential',
  4: 'wrong user name or password; make the agent a new credential with: jari agent add',
  5: 'not authorised; make the agent a credential with: jari agent add, and check that it is for this agent',
  ECONNRESET: hungUp,
  ECONNREFUSED: 'nothing listens there; start the gateway, or correct uplink.url in the site file',
  ENOTFOUND: 'no such host; correct uplink.url in the site file, or the name service of this box',
  ETIMEDOUT: 'no answer from that host; check the network between here and the gateway',
  EHOSTUNREACH: 'no way to that host; check the network between here and the gateway',
  ENETUNREACH: 'no way to that network; see that this box has an address and a route (ip route), and its cable',
  EAI_AGAIN: 'no name service answers; check the network of this box, or write an address in uplink.url',
  CERT_HAS_EXPIRED: "the gateway's certificate has expired; set the clock if it is wrong, else look at the gateway",
  CERT_NOT_YET_VALID: "the gateway's certificate is not valid yet; set the clock of this box",
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  ERR_SSL_WRONG_VERSION_NUMBER: 'what listens there speaks no TLS; use the port of gateway.mqtt.tls, 8883 as a rule',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'what listens there speaks no TLS; use the port of gateway.mqtt.tls, 8883 as a rule',
  EPROTO: 'what listens there speaks no TLS that we share; use the port of gateway.mqtt.tls, 8883 as a rule',
};
