import { diceOf } from '../../edge/bus/fuzz-frames.ts';
import { requestBytes } from './http-requests.ts';
import { answered, closedWithin, eachOf, open, sendPieces } from './sockets.ts';
import type { World } from './world.ts';

export type Requests = { sent: number; answered: number };

/** Sends so many requests, each on a connection of its own, and looks at each until something comes of it. */
export async function fuzzHttp(world: World, requests: number, seed: number): Promise<Requests> {
  const token = world.tokens[0]?.token ?? '';
  let heard = 0;
  await eachOf(requests, 48, async (n) => {
    const dice = diceOf(seed + n);
    const socket = await open(world.httpPort);
    await sendPieces(socket, requestBytes(dice, token), dice);
    // Half a request waits for the rest of it, which never comes.
    if (await answered(socket, 25)) heard++;
    if (dice.chance(0.5)) socket.destroy();
    else socket.resetAndDestroy();
    await closedWithin(socket, 1000);
  });
  return { sent: requests, answered: heard };
}
