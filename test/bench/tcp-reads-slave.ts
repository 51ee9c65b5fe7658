import { createServer } from 'node:net';

/** The least a slave can do: every read of ten holding registers gets 0…9, so that the client is what is measured. */
const body = Buffer.from([0, 0, 0, 0, 0, 23, 1, 3, 20, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0, 9]);

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (request) => {
    const reply = Buffer.from(body);
    request.copy(reply, 0, 0, 2); // the transaction
    socket.write(reply);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(address.port);
});
process.stdin.resume().on('end', () => process.exit(0));
