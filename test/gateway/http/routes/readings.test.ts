import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../../../contract/clock.ts';
import { FakeHistory, makeWorld, serve, token } from '../fakes.ts';

/** One whose pages take as long as they are asked for, but for those of a page of one. */
class LongHistory extends FakeHistory {
  steps = 0;
  underWay = 0;

  override *readingsInSteps(query: Parameters<FakeHistory['readings']>[0]) {
    this.underWay++;
    try {
      while (query.limit > 1) {
        this.steps++;
        yield null;
      }
      return yield* super.readingsInSteps(query);
    } finally {
      this.underWay--;
    }
  }
}

test('askers who hang up keep nobody in line', async () => {
  const history = new LongHistory();
  const server = await serve(makeWorld(), { clock: systemClock, history });
  const path = '/api/v1/readings?point=tilt-se/tilt_x&site=saesol&limit=';
  const { hostname, port } = new URL(server.url);
  const sockets = Array.from({ length: 6 }, () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(`GET ${path}9000 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`);
    return socket;
  });
  while (history.underWay < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const socket of sockets) socket.destroy();
  const answer = await fetch(`${server.url}${path}1`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  const steps = history.steps;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(history.steps).toBe(steps);
  await server.close();
});
