import type { BrokerCause } from '../../contract/reasons/broker-causes.ts';

/** Why there is no connection to a broker; of the uplink in words that say what to do about it. */

export type ConnectContext = {
  /** Of this box, epoch ms. */
  now: number;
  /** Signs in by a certificate, not by a password. */
  isCertified: boolean;
  url: string;
};

/** By what the library, the system or the broker says; null where that is none of these. Undefined: the broker hung up. */
export function brokerCauseOf(error: Error | undefined): BrokerCause | null {
  if (error === undefined) return 'hung-up';
  // What the library says of an answer that is none of MQTT, as of a web server.
  if (error.message.startsWith('Invalid header flag bits')) return 'no-mqtt';
  if (error.message === 'connack timeout') return 'no-answer';
  return causes['code' in error ? String(error.code) : ''] ?? null;
}

export function explainConnect(error: Error | undefined, context: ConnectContext): string {
  const cause = brokerCauseOf(error);
  if (cause === null) return error?.message ?? '';
  if (cause === 'certificate-name') return otherName(error, context);
  if (cause === 'not-authorised' && context.isCertified) return notByThisCertificate;
  if (clockCauses.has(cause)) return `${words[cause]}; this box's clock says ${new Date(context.now).toISOString()}`;
  return words[cause];
}

function otherName(error: Error | undefined, { url }: ConnectContext): string {
  const names = error !== undefined && 'cert' in error ? namesIn(error.cert) : '';
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

/** By return code of CONNACK (MQTT 3.1.1 table 3.1), or name of the system's or OpenSSL's error. */
const causes: Readonly<Record<string, BrokerCause>> = {
  1: 'mqtt-version',
  2: 'client-id',
  3: 'no-sign-in-now',
  4: 'wrong-password',
  5: 'not-authorised',
  ECONNRESET: 'hung-up',
  ECONNREFUSED: 'nothing-listens',
  ENOTFOUND: 'no-such-host',
  ETIMEDOUT: 'no-answer',
  EHOSTUNREACH: 'no-way',
  ENETUNREACH: 'no-way',
  EAI_AGAIN: 'no-name-service',
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-early',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  CERT_SIGNATURE_FAILURE: 'untrusted',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no-tls',
  EPROTO: 'no-tls',
};

const clockCauses: ReadonlySet<BrokerCause> = new Set(['certificate-expired', 'certificate-early']);

const notByThisCertificate =
  'the gateway refuses this certificate: it was revoked, replaced by a newer bundle, has expired, or is of another ' +
  'gateway; the log of the gateway says which; make a new bundle there with: jari agent add --bundle';

/** Of the uplink, whose broker is the gateway. */
const words: Readonly<Record<Exclude<BrokerCause, 'certificate-name'>, string>> = {
  'hung-up':
    'the broker closed the connection before it answered; this agent tries again by itself. If it lasts, look at the log ' +
    'of the gateway',
  'nothing-listens': 'nothing listens there; start the gateway, or correct uplink.url in the site file',
  'no-such-host': 'no such host; correct uplink.url in the site file, or the name service of this box',
  'no-name-service': 'no name service answers; check the network of this box, or write an address in uplink.url',
  'no-answer': 'no answer from that host; check the network between here and the gateway',
  'no-way': 'no way to that host; see that this box has an address and a route (ip route), and its cable',
  'no-mqtt': 'what listens there speaks no MQTT; use the port of gateway.mqtt.tls, 8883 as a rule, in uplink.url',
  'no-tls': 'what listens there speaks no TLS that we share; use the port of gateway.mqtt.tls, 8883 as a rule',
  'mqtt-version': 'the broker does not speak MQTT 3.1.1; use one that does',
  'client-id': 'the broker refuses this client id; an agent may connect only by the credential that was made for it',
  'no-sign-in-now':
    'the broker takes no sign-in at the moment; this agent tries again by itself. If it lasts, look at the log of the ' +
    'gateway, and whether another box uses the same credential',
  'wrong-password': 'wrong user name or password; make the agent a new credential with: jari agent add',
  'not-authorised':
    'not authorised; make the agent a credential with: jari agent add, and check that it is for this agent',
  untrusted:
    'the CA of the gateway is not the one trusted here; take ca.crt from the bundle (uplink.tls.ca), or check that this is ' +
    'the right gateway',
  'certificate-expired':
    "the gateway's certificate has expired; set the clock if it is wrong, else look at the gateway",
  'certificate-early': "the gateway's certificate is not valid yet; set the clock of this box",
  'topic-refused': 'the broker refuses the subscription; check that the credential is for this agent',
};
