import { createServer } from 'node:net';

/** The least a slave can do: every read of ten holding registers gets 0…9, so that the client is what is measured. */
const body = Buffer.from([0, 0, 0, 0, 0, 23, 1, 3, 20, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0, 9]);
const requestBytes = 12;

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let rest = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    let requests = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    for (; requests.length >= requestBytes; requests = requests.subarray(requestBytes)) {
      const reply = Buffer.from(body);
      requests.copy(reply, 0, 0, 2); // the transaction
      socket.write(reply);
    }
    rest = requests;
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(address.port);
});
process.stdin.resume().on('end', () => process.exit(0));
