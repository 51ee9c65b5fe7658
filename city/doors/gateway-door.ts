import type { TLSSocket } from 'node:tls';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type CityAsk, type CityBatch, type CityReply, cityPath, parseCityBatch } from '../../contract/city.ts';
import type { SignedByKey } from '../../contract/configuration.ts';
import type { Intake } from '../intake.ts';
import { IntakeFull } from '../intake.ts';
import type { Log } from '../log.ts';
import type { Proof } from '../store/gateways.ts';
import { distrust, type KnownGateway } from '../trust.ts';

export type GatewayDoorOptions = {
  intake: Pick<Intake, 'add'>;
  gatewayBy(proof: Proof): Promise<KnownGateway | null>;
  /** Acknowledgements that wait for this gateway. */
  asks(gateway: KnownGateway): Promise<CityAsk[]>;
  /** Configuration that waits for it. */
  offers(gateway: KnownGateway, batch: CityBatch): Promise<SignedByKey[]>;
  /** Counted and shown: a gateway was refused. */
  onRefused(gateway: string, why: string): void;
  log: Log;
};

const maxBody = 16 * 1024 * 1024;

/** Where gateways hand on over HTTPS. 200 is said after the commit, and never before. */
export function openGatewayDoor(app: FastifyInstance, options: GatewayDoorOptions): void {
  app.post(cityPath, { bodyLimit: maxBody }, async (request, reply) => {
    const proof = proofOf(request);
    const gateway = proof === null ? null : await options.gatewayBy(proof);
    if (gateway === null) return reply.code(401).send({ type: '/problems/unknown-gateway', status: 401 });
    const parsed = parseCityBatch(request.body);
    if (!parsed.ok) {
      options.onRefused(gateway.id, parsed.problem);
      return reply.code(400).send({ type: '/problems/bad-batch', status: 400, detail: parsed.problem });
    }
    const no = distrust(gateway, parsed.value);
    if (no !== null) {
      options.onRefused(gateway.id, no.code);
      return reply.code(403).send({ type: `/problems/${no.code}`, status: 403, figures: no });
    }
    try {
      await options.intake.add(parsed.value);
    } catch (error) {
      if (!(error instanceof IntakeFull))
        options.log.error({ gateway: gateway.id, error: String(error) }, 'batch-not-taken');
      return reply.code(503).header('retry-after', '1').send({ type: '/problems/busy', status: 503 });
    }
    const offers = await options.offers(gateway, parsed.value);
    const body: CityReply = { v: 1, ask: await options.asks(gateway), ...(offers.length === 0 ? {} : { offers }) };
    return body;
  });
}

function proofOf(request: FastifyRequest): Proof | null {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (token !== undefined) return { token };
  const certificate =
    'getPeerCertificate' in request.raw.socket ? certificateOf(request.raw.socket as TLSSocket) : undefined;
  return certificate === undefined ? null : { certificate };
}

/** The handshake has proven that the peer holds its key. */
function certificateOf(socket: TLSSocket): string | undefined {
  return socket.getPeerCertificate().fingerprint256;
}
