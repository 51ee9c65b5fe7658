import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { RawMqtt } from '../gateway/mqtt/raw-mqtt.ts';
import { tempDir } from '../temp.ts';
import { type Gateway, startEdge, startGateway, until, writeSite } from './harness.ts';
import { Operator, textOf } from './operator.ts';
import { startTcpSlave } from './tcp-slave.ts';

/** What an operator, people, an agent and strangers do to a gateway in its life; every secret of it is written down. */

/** Has the form of a name, so that in a name's field it might pass for one. */
const likeAName = 'seven-quiet-whales-42';

export async function world() {
  // Everything that the log ever says.
  vi.stubEnv('JARI_LOG', 'debug');
  const dir = tempDir();
  const slave = await startTcpSlave((_unit, _address, count) => Array.from({ length: count }, () => 200));
  const bus = `- id: lan\n  kind: modbus-tcp\n  host: 127.0.0.1\n  port: ${slave.port}\n  devices:\n    - { id: climate, profile: xy-md02, unit: 1, every: 250ms }`;
  const extra = 'gateway: { mqtt: { tls: {} }, http: { tls: {} } }\n';
  const { site, passwordFile } = writeSite(dir, bus, extra);
  const data = join(dir, 'gateway');
  return { dir, site, passwordFile, data, edge: join(dir, 'edge'), operator: new Operator() };
}
export type World = Awaited<ReturnType<typeof world>>;

/** Keys of the data folder that are random bytes as text, no PEM. */
export const plainKeys = ['session.key', 'reservation.key', 'push.key'] as const;

export async function startedGateway({ site, data, operator }: World): Promise<Gateway> {
  const more = ['--mqtts-port', '0', '--https-port', '0'];
  const gateway = operator.watch('jari gateway', await startGateway({ site, dir: data, more }));
  for (const name of plainKeys) operator.keep(name, textOf(join(data, name)), join(data, name));
  return gateway;
}

export type Made = { chief: string; reader: string; auditor: string; typed: string };

export const tokenCreate = (data: string, name: string, scope: string) => {
  return ['token', 'create', '--data', data, '--name', name, '--scope', scope];
};

/** Credentials by the command line: in a file, printed, and typed by a person. */
export async function makeAccounts({ operator, dir, data, site, passwordFile }: World): Promise<Made> {
  const user = (name: string, role: string) => ['user', 'add', name, '--role', role, '--data', data];
  const agentAdd = ['agent', 'add', 'box-1', '--site', site, '--data', data];
  await operator.jariMaking('password', 'the first password of the agent', agentAdd);
  await operator.jari([...agentAdd, '--bundle', join(dir, 'bundle')]);
  const inFile = join(dir, 'viewer.password');
  const typed = operator.keep('a password that a person typed', likeAName);
  const [chief, reader, auditor] = await Promise.all([
    operator.jariMaking('password', 'the password of an admin', user('chief', 'admin')),
    operator.jariMaking('token', 'a token to read', tokenCreate(data, 'reader', 'read')),
    operator.jariMaking('token', 'a token for the audit', tokenCreate(data, 'auditor', 'audit,metrics')),
    operator.jari([...agentAdd, '--password-file', passwordFile]),
    operator.jari([...user('viewer', 'viewer'), '--password-file', inFile]),
    operator.jariTyping(user('typist', 'operator'), typed, ['password for typist: ', 'once more: ']),
  ]);
  operator.keep('the password of a viewer', textOf(inFile), inFile);
  const reset = join(dir, 'reset.password');
  await operator.jari(['user', 'reset', 'viewer', '--data', data, '--password-file', reset]);
  operator.keep('the next password of the viewer', textOf(reset), reset);
  const invited = await operator.jari(['user', 'invite', '--role', 'viewer', '--data', data, '--json']);
  const { link }: { link: string } = JSON.parse(invited.output);
  operator.keep('an invitation that was printed', link.split('#')[1] ?? '', invited.where);
  return { chief, reader, auditor, typed };
}

export async function signIn({ operator }: World, { http }: Gateway, body: { user: string; password: string }) {
  const answer = await operator.http(http, 'POST /api/v1/session', { body });
  const cookie = /jari_session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '';
  expect([body.user, answer.status]).toEqual([body.user, 200]);
  operator.keep(`a session of ${body.user}`, cookie, answer.where);
  operator.keep(`the id of a session of ${body.user}`, cookie.split('.')[0] ?? '', answer.where);
  return { cookie: `jari_session=${cookie}` };
}

/** Sign-in, an invitation made and taken up, a password changed, and every page of reading. */
export async function usePages(here: World, gateway: Gateway, { chief, reader, auditor }: Made): Promise<void> {
  const { operator } = here;
  const ask = async (route: string, headers: Readonly<Record<string, string>>, body?: unknown, status = 200) => {
    const answer = await operator.http(gateway.http, route, { headers, ...(body === undefined ? {} : { body }) });
    expect([route, answer.status]).toEqual([route, status]);
    return answer;
  };
  const admin = await signIn(here, gateway, { user: 'chief', password: chief });
  const offer = { for: 'join', role: 'viewer', building: null };
  const made = await ask('POST /api/v1/invitations', admin, { offer, uses: 1, hours: 1 }, 201);
  const { code }: { code: string } = JSON.parse(made.text);
  operator.keep('an invitation', code, made.where);
  const password = operator.keep('the password of who was invited', 'Ein Wal, zwei Wale & "drei" 7!');
  await ask('POST /api/v1/invitations/look', {}, { code });
  await ask('POST /api/v1/invitations/accept', {}, { code, user: password, password }, 400);
  await ask('POST /api/v1/invitations/accept', {}, { code, user: 'guest', password: likeAName.slice(0, 6) }, 400);
  await ask('POST /api/v1/invitations/accept', {}, { code, user: 'guest', password }, 201);
  const guest = await signIn(here, gateway, { user: 'guest', password });
  const newPassword = operator.keep('the next password of who was invited', '고래 셋이 조용히 노래한다 9');
  await ask('PUT /api/v1/session/password', guest, { password: newPassword, newPassword: password }, 401);
  await ask('PUT /api/v1/session/password', guest, { password, newPassword: 'short' }, 400);
  await ask('PUT /api/v1/session/password', guest, { password, newPassword }, 204);
  await ask(
    'DELETE /api/v1/session',
    await signIn(here, gateway, { user: 'guest', password: newPassword }),
    undefined,
    204,
  );
  const routes = ['session', 'people', 'invitations', 'audit', 'agents', 'devices', 'latest', 'sites', 'buildings'];
  for (const route of routes) await ask(`GET /api/v1/${route}`, admin);
  for (const route of ['/', '/ca.crt', '/healthz', '/api/openapi.json']) await ask(`GET ${route}`, admin);
  await ask('GET /metrics', { authorization: `Bearer ${auditor}` });
  await ask('GET /api/v1/audit', { authorization: `Bearer ${auditor}` });
  await ask('GET /api/v1/agents', { authorization: `Bearer ${reader}` });
  await ask('GET /api/v1/audit', { authorization: `Bearer ${reader}` }, undefined, 403);
  operator.show('the stream of events', await firstOfStream(`${gateway.http}/api/v1/events`, admin));
}

async function firstOfStream(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(url, { headers });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return `${[...response.headers].join('\n')}\n${first?.value}`;
}

/** Wrong passwords, right ones in the wrong field, and requests that are broken around one. */
export async function failToSignIn({ operator, passwordFile }: World, gateway: Gateway, made: Made): Promise<void> {
  const agent = operator.keep('the password of the agent', textOf(passwordFile), passwordFile);
  const { chief, reader, typed } = made;
  const post = async (body: unknown, status: number) => {
    const { status: seen } = await operator.http(gateway.http, 'POST /api/v1/session', { body });
    expect(seen).toBe(status);
  };
  for (const name of [chief, typed]) {
    // The sixth finds the name locked, which is in the audit.
    for (const status of [401, 401, 401, 401, 401, 429]) await post({ user: name, password: 'chief' }, status);
  }
  await post({ user: 'chief', password: typed }, 401);
  await post({ user: typed.repeat(4), password: typed }, 400);
  await post({ user: 'chief', password: [chief] }, 400);
  for (const body of [`{"user":"chief","password":"${chief}"`, `"${chief}`, `{"password":${chief}}`, `${chief}`]) {
    await post(body, 400);
  }
  for (const authorization of [`Bearer ${agent}`, `Basic ${Buffer.from(`chief:${chief}`).toString('base64')}`, chief]) {
    const answer = await operator.http(gateway.http, 'GET /api/v1/agents', { headers: { authorization } });
    expect(answer.status).toBe(401);
  }
  await operator.http(gateway.http, `GET /nowhere?token=${reader}`);
  await operator.http(gateway.http, `GET /api/v1/latest?limit=${reader}`, {
    headers: { cookie: `jari_session=${chief}` },
  });
  for (const [username, password, clientId] of [
    [agent, 'box-1', 'box-1'],
    [typed, 'typist', 'box-1'],
    ['box-1', 'wrong', agent],
    ['box-1', agent, agent],
    ['box-1', agent, typed],
    ['reader', 'wrong', reader],
    ['reader', reader, typed],
    [reader, 'reader', 'screen'],
    ['reader', chief, 'screen'],
  ] as const) {
    const client = await mqtt(operator, gateway, { username, password, clientId });
    client.raw.socket.destroy();
  }
}

async function mqtt(
  operator: Operator,
  gateway: Gateway,
  { username, password, clientId }: { username: string; password: string; clientId: string },
): Promise<{ raw: RawMqtt; code: number | 'closed' }> {
  const raw = await RawMqtt.open(gateway.mqttPort);
  raw.socket.on('data', (chunk: Buffer) => operator.show('what came by MQTT', chunk));
  return { raw, code: await raw.connect({ clientId, username, password: Buffer.from(password), keepalive: 60 }) };
}

/** The agent with the password of its file, then with the one of its environment; what is retained of it. */
export async function useAgent(here: World, gateway: Gateway): Promise<void> {
  const { operator, site, passwordFile, edge } = here;
  const options = { site, agent: 'box-1', dir: edge, mqttPort: gateway.mqttPort };
  const reader = operator.secrets.find(({ name }) => name === 'a token to read')?.text ?? '';
  for (const env of [undefined, textOf(passwordFile)]) {
    if (env !== undefined) vi.stubEnv('JARI_UPLINK_PASSWORD', env);
    const agent = operator.watch('jari edge', startEdge(options));
    await until('the agent is connected', () => (agent.output().includes('"uplink-online"') ? true : undefined));
    await retainedOf(here, gateway, { username: 'reader', password: reader });
    if (env !== undefined) expectOwnerOnly(agent.pid, env);
    await agent.stop();
  }
  vi.stubEnv('JARI_UPLINK_PASSWORD', undefined);
}

/** The environment of an agent holds its password where it was given so; the system shows that to its user alone. */
function expectOwnerOnly(pid: number, password: string): void {
  const file = `/proc/${pid}/environ`;
  const { mode, uid } = statSync(file);
  expect(readFileSync(file).includes(`JARI_UPLINK_PASSWORD=${password}`)).toBe(true);
  expect([mode & 0o777, uid]).toEqual([0o400, process.getuid?.()]);
}

export async function retainedOf({ operator }: World, gateway: Gateway, login: { username: string; password: string }) {
  const { raw, code } = await mqtt(operator, gateway, { ...login, clientId: 'retained' });
  expect(code).toBe(0);
  await raw.subscribe('jari/v1/test/#');
  // What an agent says after the subscription is passed on as news, without the flag: by their topics they are the same.
  const topics = new Set<string>();
  while (topics.size < 3) {
    const packet = await raw.next();
    if (packet === undefined) throw new Error(`the gateway hung up after ${[...topics].join(', ') || 'nothing'}`);
    if (packet.cmd === 'publish' && !packet.topic.endsWith('/readings')) topics.add(packet.topic);
  }
  raw.send({ cmd: 'disconnect' });
  await raw.closed;
}

/** Commands and requests that are refused, each with a secret in its hands. */
export async function failCommands({ operator, dir, data, site }: World, { chief }: Made): Promise<void> {
  const secret = operator.keep(
    'a password in a site file',
    'korallenriff-Nr-77-Nord',
    join(dir, 'bad.yaml'),
    join(dir, 'cut.yaml'),
  );
  const uplink = `{ url: "mqtt://box-1:${secret}@127.0.0.1", username: box-1, password: ${secret}, passwordFile: [${secret}] }`;
  const lines = ['site: test', 'name: { ko: 시, en: T }', 'agents:', '  - id: box-1', `    uplink: ${uplink}`];
  writeFileSync(join(dir, 'bad.yaml'), `${lines.join('\n')}\n`);
  writeFileSync(join(dir, 'cut.yaml'), `${lines.join('\n').replace('}, ', '')}: "${secret}\n`);
  const taken = join(dir, 'taken');
  mkdirSync(taken);
  const agentAdd = ['agent', 'add', 'box-1', '--site', site, '--data', data];
  const addHere = ['user', 'add', 'late', '--role', 'viewer', '--data', join(dir, 'bad.yaml', 'below')];
  await Promise.all([
    ...['bad', 'cut'].map((name) => operator.jari(['check', join(dir, `${name}.yaml`), '--json'], 2)),
    operator.jari(['gateway', '--site', join(dir, 'bad.yaml'), '--data', join(dir, 'other')], 2),
    operator.jari([...agentAdd, '--password-file', join(dir, 'nowhere', 'file')], 2),
    operator.jari([...agentAdd, '--password-file', taken], 2),
    operator.jari(addHere, 2),
    operator.jari(tokenCreate(data, 'box-1', 'read'), 2),
  ]);
  const ask = { name: 'new', role: 'viewer', buildings: [], password: chief };
  for (const line of [
    `{"command":"user-add","ask":{"password":"${chief}"`,
    `"${chief}`,
    JSON.stringify({ command: 'user-add', ask: { ...ask, buildings: chief }, by: 'command:x', why: null }),
    JSON.stringify({ command: chief, ask, by: 'command:x', why: null }),
    JSON.stringify({ command: 'user-add', ask: { ...ask, role: 'king' }, by: 'command:x', why: null }),
    JSON.stringify({ command: 'user-reset', ask: { name: 'nobody', password: chief }, by: 'command:x', why: null }),
  ]) {
    await operator.control(data, line);
  }
}
