#!/usr/bin/env bash
# A mail that one of two addressees never gets is sent without an error.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install nodemailer@10.6.0

probe <<'JS'
import net from 'node:net';
import nodemailer from 'nodemailer';
import { report } from './report.mjs';

/** A mail server that knows one of the two. */
const server = net.createServer((socket) => {
  let [rest, inData] = ['', false];
  const say = (line) => socket.write(`${line}\r\n`);
  const answer = (line) => {
    if (inData) return line === '.' && ((inData = false), say('250 taken'));
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'RCPT') return say(line.includes('night@') ? '550 no such mailbox' : '250 ok');
    if (verb === 'DATA') return (inData = true), say('354 go on');
    return say(verb === 'QUIT' ? '221 bye' : '250 ok');
  };
  socket.on('error', () => {}).on('data', (bytes) => {
    const lines = (rest + bytes).split('\r\n');
    rest = lines.pop();
    lines.forEach(answer);
  });
  say('220 mail.example.org');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const transport = nodemailer.createTransport({ host: '127.0.0.1', port: server.address().port });
const mail = { from: 'gate@example.org', to: ['day@example.org', 'night@example.org'], subject: 'Gas, storey B2', text: '25 %LEL' };
const outcome = await transport.sendMail(mail).then(
  ({ accepted, rejected, response }) => ({ accepted, rejected, said: `resolved, "${response}"` }),
  ({ message }) => ({ accepted: [], rejected: [], said: `rejected, "${message}"` }),
);
report({
  expected: 'sendMail rejects when an addressee is refused',
  seen: 'it resolves while there is one left; who was refused stands in info.rejected alone',
  figures: `${outcome.said}; accepted ${outcome.accepted}, refused ${outcome.rejected}`,
  still: outcome.said.startsWith('resolved') && outcome.rejected.length === 1,
});
JS
