import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { connectionTo, holderOfPort, isVirtualPort } from '../../../edge/commissioning/holder.ts';
import { atEnd } from '../../cleanup.ts';

test.runIf(process.platform === 'linux')(
  'a connection of this machine to a host is found while it stands',
  async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    expect(await connectionTo('127.0.0.1', address.port)).toBeUndefined();
    const socket = new Socket();
    atEnd(() => {
      socket.destroy();
      server.close();
    });
    socket.connect(address.port, '127.0.0.1');
    await once(socket, 'connect');
    expect(await connectionTo('127.0.0.1', address.port)).toEqual({ holder: null });
    expect(await connectionTo('no-such-host.invalid', address.port)).toBeUndefined();
  },
);

test('a port that is not there has no holder, and is not virtual', () => {
  expect(holderOfPort('/dev/ttyNEVER')).toBeUndefined();
  expect(isVirtualPort('/dev/ttyNEVER')).toBe(false);
});
