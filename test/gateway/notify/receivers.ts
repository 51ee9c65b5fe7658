import { createServer as createHttp, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export type Received = { path: string; headers: IncomingHttpHeaders; body: string; bytes: Buffer };

/** A web server on the loopback that answers as told and keeps what it was sent. */
export async function httpReceiver(answer: (nth: number) => number | 'hang' | 'cut' | 'dribble' = () => 200) {
  const received: Received[] = [];
  const server = createHttp((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      received.push({ path: request.url ?? '', headers: request.headers, body: bytes.toString(), bytes });
      const what = answer(received.length);
      if (what === 'hang') return;
      // A byte every 20 ms, and never the end of the headers.
      if (what === 'dribble') {
        request.socket.write('HTTP/1.1 200 OK\r\nx: ');
        const timer = setInterval(() => request.socket.write('x'), 20);
        request.socket.on('close', () => clearInterval(timer));
      } else if (what === 'cut') request.socket.destroy();
      else response.writeHead(what, what === 429 ? { 'retry-after': '3' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, received };
}

/** A mail server on the loopback (RFC 5321 as far as a sender needs it) that refuses the mailboxes it is told to. */
export async function mailReceiver(refuse: (address: string) => string | undefined = () => undefined) {
  const mails: { to: string; text: string }[] = [];
  const sockets = new Set<Socket>();
  const server = createTcp((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let [to, text, inData] = ['', '', false];
    let rest = '';
    socket.write('220 mail.test ESMTP\r\n');
    socket.on('data', (chunk) => {
      rest += chunk.toString();
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (inData) {
          if (line === '.') {
            inData = false;
            mails.push({ to, text });
            socket.write('250 2.0.0 queued\r\n');
          } else text += `${line}\n`;
        } else if (/^EHLO/i.test(line)) socket.write('250-mail.test\r\n250 8BITMIME\r\n');
        else if (/^RCPT TO/i.test(line)) {
          to = /<([^>]*)>/.exec(line)?.[1] ?? '';
          socket.write(`${refuse(to) ?? '250 2.1.5 ok'}\r\n`);
        } else if (/^DATA/i.test(line)) {
          [inData, text] = [true, ''];
          socket.write('354 go on\r\n');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, mails };
}
