import type { Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import { type Dice, diceOf } from '../../edge/bus/fuzz-frames.ts';
import { connectBytes, packetBytes } from './mqtt-packets.ts';
import { addresses, answered, closedWithin, open, sendPieces } from './sockets.ts';
import type { World } from './world.ts';

type Agent = World['agents'][number];
export type Fuzzed = { sent: number; signedIn: number; connections: number };

const strangers = addresses(250) as [string, ...string[]];

/**
 * Sends at least so many packets: on every other connection as a stranger, on the others as an agent that has signed in.
 * Each of the world's agents but the first is a lane of its own, since one account is one connection.
 */
export async function fuzzMqtt(world: World, packets: number, seed: number): Promise<Fuzzed> {
  const total: Fuzzed = { sent: 0, signedIn: 0, connections: 0 };
  let next = seed;
  await Promise.all(
    world.agents.slice(1).map(async (agent) => {
      while (total.sent < packets) {
        const dice = diceOf(next++);
        const isKnown = total.connections++ % 2 === 1;
        const sent = await (isKnown ? asAgent(world, dice, agent) : asStranger(world, dice, agent));
        total.sent += sent;
        if (isKnown) total.signedIn += sent;
      }
    }),
  );
  return total;
}

async function asStranger(world: World, dice: Dice, agent: Agent): Promise<number> {
  const socket = await open(world.mqttPort, dice.of(strangers));
  await sendPieces(socket, connectBytes(dice, agent), dice);
  const more = dice.below(3);
  for (let n = 0; n < more; n++) await sendPieces(socket, packetBytes(dice, agent), dice);
  await hangUp(socket, dice);
  return 1 + more;
}

async function asAgent(world: World, dice: Dice, agent: Agent): Promise<number> {
  const socket = await open(world.mqttPort, dice.of(strangers));
  socket.write(signIn(agent));
  await answered(socket, 5000);
  let sent = 0;
  for (; sent < 20 && socket.writable; sent++) {
    await sendPieces(socket, packetBytes(dice, agent), dice);
    // What is wrong enough ends the connection, and what follows would only count. No answer is an answer too.
    await answered(socket, 3);
  }
  await hangUp(socket, dice);
  return sent;
}

async function hangUp(socket: Socket, dice: Dice): Promise<void> {
  if (dice.chance(0.1)) socket.resetAndDestroy();
  else if (socket.writable) socket.end();
  await closedWithin(socket, 2000);
}

export function signIn({ id, password }: { id: string; password: string }): Uint8Array {
  return generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 10,
    clientId: id,
    username: id,
    password: Buffer.from(password),
  });
}
