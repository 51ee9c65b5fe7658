/** Why there is no connection to a broker, as far as it is known. What the system says besides stands as it is in its place. */
export const brokerCauses = [
  'hung-up',
  'nothing-listens',
  'no-such-host',
  'no-name-service',
  'no-answer',
  'no-way',
  'no-mqtt',
  'no-tls',
  'mqtt-version',
  'client-id',
  'no-sign-in-now',
  'wrong-password',
  'not-authorised',
  'untrusted',
  'certificate-expired',
  'certificate-early',
  'certificate-name',
  'topic-refused',
] as const;
export type BrokerCause = (typeof brokerCauses)[number];
