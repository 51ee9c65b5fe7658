#!/usr/bin/env bash
# A work queue of JetStream knows an id no more after a restart of its server, once the message was acknowledged.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PATH=$PATH:/usr/sbin
server=$(command -v nats-server) || { echo "no nats-server (apt install nats-server)" >&2; exit 2; }
install @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0
export NATS_SERVER=$server WORK=$work

probe <<'JS'
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { report, sleep } from './report.mjs';

const { NATS_SERVER: program, WORK: work } = process.env;
const version = execFileSync(program, ['--version']).toString().trim();
const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});
let server;
process.on('exit', () => server?.kill('SIGKILL'));
process.once('SIGTERM', () => process.exit(1));
async function up() {
  server = spawn(program, ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', `${work}/store`], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    const connection = await connect({ servers: `127.0.0.1:${port}` }).catch(() => null);
    if (connection !== null) return connection;
    await sleep(50);
  }
  throw new Error('nats-server does not answer');
}
async function down(connection) {
  await connection.close();
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await gone;
}

// The window of ids is the default: two minutes.
const again = {};
let connection = await up();
for (const retention of ['limits', 'workqueue']) {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: retention, subjects: [`${retention}.>`], retention });
  await manager.consumers.add(retention, { durable_name: 'c', ack_policy: 'explicit' });
  const stream = jetstream(connection);
  await stream.publish(`${retention}.x`, 'pay 5,000', { msgID: 'order-1' });
  const message = await (await stream.consumers.get(retention, 'c')).next();
  await message.ackAck();
  const { duplicate } = await stream.publish(`${retention}.x`, 'pay 5,000', { msgID: 'order-1' });
  again[retention] = [duplicate];
}
await down(connection);
connection = await up();
const stream = jetstream(connection);
for (const retention of Object.keys(again)) {
  const { duplicate } = await stream.publish(`${retention}.x`, 'pay 5,000', { msgID: 'order-1' });
  const second = await (await stream.consumers.get(retention, 'c')).next({ expires: 1000 });
  again[retention].push(duplicate, second !== null);
}
await down(connection);
const say = ([before, after, second]) =>
  `known ${before ? 'before' : 'never'}, ${after ? 'known' : 'not known'} after the restart, ${second ? 'delivered again' : 'not delivered again'}`;
report({
  expected: 'within the two minutes of duplicate_window a second message of the same Nats-Msg-Id is dropped, over an orderly restart too',
  seen: 'a work queue whose message was acknowledged takes and delivers it a second time; with limits it is dropped',
  figures: `${version}; limits: ${say(again.limits)}; workqueue: ${say(again.workqueue)}`,
  still:
    again.limits.join() === 'true,true,false' && again.workqueue.join() === 'true,false,true',
});
JS
