import { connect } from 'node:net';

const withinMs = 5000;

/** Whether something listens there and takes a connection within 5 s. Never rejects. */
export function knock(at: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...at, timeout: withinMs });
    const done = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('timeout', () => done(false));
  });
}
