import { expect, test } from 'vitest';
import { explainConnect } from '../../edge/connect-words.ts';

const context = { now: 0, isCertified: true, url: 'mqtts://10.0.0.1:8883' };

/** As node:net and node:dns give them when a cable is pulled, and a site without a name service is asked for a name. */
test.each([
  ['ENETUNREACH', 'connect ENETUNREACH 10.0.0.1:8883 - Local (0.0.0.0:0)', 'no way to that network; see that this box'],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN jari.example', 'no name service answers; check the network of this box'],
  ['EHOSTUNREACH', 'connect EHOSTUNREACH 10.0.0.1:8883', 'no way to that host; check the network'],
])('%s is said in words, with how to mend it', (code, message, words) => {
  expect(explainConnect(Object.assign(new Error(message), { code }), context).startsWith(words)).toBe(true);
});
