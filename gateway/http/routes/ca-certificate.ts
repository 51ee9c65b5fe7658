import type { App } from '../app.ts';
import { HttpProblem } from '../problem.ts';

/** The CA certificate at /ca.crt, for whoever is to trust this gateway; it says nothing that a handshake does not. */
export function caRoute(app: App, certificate: () => string | null): void {
  app.get('/ca.crt', async (_request, reply) => {
    const pem = certificate();
    if (pem === null) throw new HttpProblem(404, 'this gateway does not use a CA of its own');
    return reply
      .type('application/x-x509-ca-cert')
      .header('content-disposition', 'attachment; filename="jari-ca.crt"')
      .send(pem);
  });
}
