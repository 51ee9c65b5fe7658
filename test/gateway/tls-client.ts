import { X509Certificate } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../contract/clock.ts';
import type { AgentCertificates } from '../../gateway/ca/agent-certificates.ts';
import { makeAuthority } from '../../gateway/ca/authority.ts';
import {
  issueAgent,
  issueAuthority,
  issueServer,
  makeRequest,
  type Pair,
  readRequest,
} from '../../gateway/ca/issue.ts';
import { agent, said, site, startBroker } from './mqtt/broker-fakes.ts';
import { RawMqtt } from './mqtt/raw-mqtt.ts';

/** Certificates for tests: those of the gateway under test, and those that somebody else made. */

const hourMs = 3_600_000;
const later = (ms: number) => systemClock.now() + ms;

/** A broker that listens over TLS too, with the CA of its own folder; `swap` gives it another certificate. */
export async function startTlsBroker(options: Parameters<typeof startBroker>[0] & { clientCa?: string } = {}) {
  let ca = '';
  let swap: (context: SecureContextOptions) => void = () => {};
  const contextOf = async (issuer: Pair): Promise<SecureContextOptions> => {
    const server = await issueServer({ issuer, names: ['localhost', '127.0.0.1'], expires: later(hourMs) });
    const trusted = [issuer.certificate, ...(options.clientCa === undefined ? [] : [options.clientCa])];
    return { cert: server.certificate, key: server.key, ca: trusted };
  };
  let authority: Awaited<ReturnType<typeof makeAuthority>> | undefined;
  const started = await startBroker({
    ...options,
    tls: async (dir) => {
      const made = await makeAuthority(dir, systemClock);
      authority = made;
      ca = made.certificate;
      const first = await contextOf(made);
      return {
        bind: '127.0.0.1',
        port: 0,
        context: (onNew) => {
          swap = onNew;
          return first;
        },
        authority: () => new X509Certificate(made.certificate),
      };
    },
  });
  const { broker, certificates } = started;
  return {
    ...started,
    ca,
    swap: async () => {
      if (authority !== undefined) swap(await contextOf(authority));
    },
    openTls: (pair?: Pair, trust = ca) => RawMqtt.openTls(broker.tlsPort ?? 0, { ca: trust, pair }),
    issue: (who: string) => issuedBy(certificates, who),
    /** One of the same CA that nobody entered into the list. */
    forge: async (commonName: string) => {
      if (authority === undefined) throw new Error('no CA');
      return leafOf(authority, commonName);
    },
  };
}

/** A certificate of the list, for `site/agent`. */
export async function issuedBy(certificates: AgentCertificates, who: string): Promise<Pair> {
  const [siteId = '', agentId = ''] = who.split('/');
  const { key, csr } = await makeRequest(agentId);
  const { certificate } = await certificates.issue({ site: site(siteId), agent: agent(agentId) }, csr, said);
  return { certificate, key };
}

/** An agent's certificate of any CA. */
export async function leafOf(issuer: Pair, commonName: string, livesMs = hourMs): Promise<Pair> {
  const { key, csr } = await makeRequest(commonName);
  const request = await readRequest(csr);
  if ('problem' in request) throw new Error(request.problem);
  return { certificate: await issueAgent({ issuer, commonName, request, expires: later(livesMs) }), key };
}

export function otherAuthority(): Promise<Pair> {
  return issueAuthority({ name: 'Somebody else', expires: later(hourMs) });
}

/** The code of a CONNACK to an agent that shows this certificate. */
export async function codeBy(client: RawMqtt, options: Parameters<RawMqtt['connect']>[0] = {}) {
  onTestFinished(() => {
    client.socket.destroy();
  });
  return client.connect({ clientId: 'cabinet-1', ...options });
}
