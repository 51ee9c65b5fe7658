import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decode } from '../../../contract/messages.ts';
import { makeRequest } from '../../../gateway/ca/issue.ts';
import { codeBy, leafOf, otherAuthority, startTlsBroker } from '../tls-client.ts';
import { agent, said, site } from './broker-fakes.ts';
import { RawMqtt } from './raw-mqtt.ts';

const cabinet = { site: site('saesol'), agent: agent('cabinet-1') };

describe('signing in over TLS', () => {
  test('takes an agent by its certificate, without name or password, and tells the fleet', async () => {
    const { openTls, issue, fleet } = await startTlsBroker();
    const client = await openTls(await issue('saesol/cabinet-1'));
    expect(await codeBy(client)).toBe(0);
    expect(fleet.told).toEqual(['connected saesol/cabinet-1']);
    expect(await client.publish('jari/v1/saesol/cabinet-1/health', '{}')).toBe(true);
  });

  test('takes passwords and tokens over TLS as it does without', async () => {
    const { openTls, passwords, tokens } = await startTlsBroker();
    const password = Buffer.from(passwords['saesol/cabinet-1']);
    expect(await codeBy(await openTls(), { username: 'cabinet-1', password })).toBe(0);
    const token = { clientId: 'screen-1', username: 'screen', password: Buffer.from(tokens.screen) };
    expect(await codeBy(await openTls(), token)).toBe(0);
  });

  test('tells two sites with an agent of one name apart by the certificate', async () => {
    const { openTls, issue, fleet } = await startTlsBroker();
    expect(await codeBy(await openTls(await issue('hanbit/cabinet-1')))).toBe(0);
    expect(fleet.told).toEqual(['connected hanbit/cabinet-1']);
  });

  test.each([
    ['another client id', { clientId: 'cabinet-2' }, 2],
    ["another agent's name", { username: 'cabinet-2' }, 5],
  ])('refuses a certificate under %s', async (_what, options, code) => {
    const { openTls, issue } = await startTlsBroker();
    expect(await codeBy(await openTls(await issue('saesol/cabinet-1')), options)).toBe(code);
  });

  test('refuses the certificate of an agent that no site file names', async () => {
    const { openTls, issue } = await startTlsBroker();
    expect(await codeBy(await openTls(await issue('saesol/cabinet-9')), { clientId: 'cabinet-9' })).toBe(5);
  });

  test('refuses one of the same CA that was not issued to an agent, counts it, and logs why', async () => {
    const { openTls, forge, broker, log } = await startTlsBroker();
    expect(await codeBy(await openTls(await forge('saesol/cabinet-1')))).toBe(5);
    expect(broker.counts().refusedConnects).toBe(1);
    expect(log.of('connect-refused')[0]?.ids.why).toMatch(/not among those that were issued/);
  });

  test('refuses one of another CA that says the right name, even beside a good password', async () => {
    const { openTls, passwords, log } = await startTlsBroker();
    const foreign = await leafOf(await otherAuthority(), 'saesol/cabinet-1');
    const password = Buffer.from(passwords['saesol/cabinet-1']);
    expect(await codeBy(await openTls(foreign), { username: 'cabinet-1', password })).toBe(5);
    expect(log.of('connect-refused')[0]?.ids.why).toMatch(/not of a CA that this gateway accepts/);
  });

  test('refuses one that nobody else has signed', async () => {
    const { openTls } = await startTlsBroker();
    expect(await codeBy(await openTls(await otherAuthority()))).toBe(5);
  });

  test('refuses one that has expired', async () => {
    const yearMs = 365 * 86_400_000;
    const { openTls, issue, clock, log } = await startTlsBroker({
      lifetimes: { authorityMs: yearMs, serverMs: yearMs, agentMs: 2000 },
    });
    const pair = await issue('saesol/cabinet-1');
    await clock.advance(2001);
    expect(await codeBy(await openTls(pair))).toBe(5);
    expect(log.of('connect-refused')[0]?.ids.why).toMatch(/has expired/);
  });

  test('an agent that was given a newer certificate is cut off, and the older one is no good', async () => {
    const { openTls, issue, log } = await startTlsBroker();
    const older = await issue('saesol/cabinet-1');
    const client = await openTls(older);
    expect(await codeBy(client)).toBe(0);
    const newer = await issue('saesol/cabinet-1');
    await client.closed;
    expect(await codeBy(await openTls(older))).toBe(5);
    expect(log.of('connect-refused')[0]?.ids.why).toMatch(/replaced by a newer bundle/);
    expect(await codeBy(await openTls(newer))).toBe(0);
  });

  test('a revoked one is cut off at once and cannot come back, and other agents stay', async () => {
    const { openTls, issue, certificates, log } = await startTlsBroker();
    const pair = await issue('saesol/cabinet-1');
    const [client, other] = [await openTls(pair), await openTls(await issue('hanbit/cabinet-1'))];
    expect([await codeBy(client), await codeBy(other)]).toEqual([0, 0]);
    const before = performance.now();
    expect(certificates.end(cabinet, 'revoked', said)).toBe(1);
    await client.closed;
    expect(performance.now() - before).toBeLessThan(1000);
    expect(await codeBy(await openTls(pair))).toBe(5);
    expect(log.of('connect-refused')[0]?.ids.why).toMatch(/was revoked/);
    expect(await other.publish('jari/v1/hanbit/cabinet-1/health', '{}')).toBe(true);
  });

  test('one connection of an agent takes over from the other, plain or over TLS', async () => {
    const { openTls, issue, agent: byPassword } = await startTlsBroker();
    const pair = await issue('saesol/cabinet-1');
    const plain = await byPassword('saesol/cabinet-1');
    expect(await codeBy(await openTls(pair))).toBe(0);
    await plain.closed;
  });
});

describe('a CA of others that the site file accepts', () => {
  test.each([
    ['saesol/cabinet-1', 'cabinet-1', 0],
    ['cabinet-2', 'cabinet-2', 0],
    ['cabinet-1', 'cabinet-1', 5], // two sites have one
    ['saesol/cabinet-9', 'cabinet-9', 5],
    ['elsewhere/cabinet-1', 'cabinet-1', 5],
    ['saesol/cabinet-1/x', 'cabinet-1', 5],
    ['', 'cabinet-1', 5],
  ])('names the agent %j by the common name', async (commonName, clientId, code) => {
    const theirs = await otherAuthority();
    const { openTls } = await startTlsBroker({ clientCa: theirs.certificate });
    expect(await codeBy(await openTls(await leafOf(theirs, commonName)), { clientId })).toBe(code);
  });

  test('does not let in what has expired', async () => {
    const theirs = await otherAuthority();
    const { openTls, log } = await startTlsBroker({ clientCa: theirs.certificate });
    expect(await codeBy(await openTls(await leafOf(theirs, 'saesol/cabinet-1', -1000)))).toBe(5);
    expect(log.of('connect-refused')[0]?.ids.why).toMatch(/expired/);
  });
});

describe('the TLS listener', () => {
  test('takes a new certificate for the next handshake, and the sessions it has go on', async () => {
    const { openTls, issue, swap } = await startTlsBroker();
    const client = await openTls(await issue('saesol/cabinet-1'));
    expect(await codeBy(client)).toBe(0);
    const before = client.peerSerial();
    await swap();
    expect((await openTls()).peerSerial()).not.toBe(before);
    expect(await client.publish('jari/v1/saesol/cabinet-1/health', '{}')).toBe(true);
  });

  test('guards packets as the plain one does', async () => {
    const { openTls, broker } = await startTlsBroker();
    const client = await openTls();
    client.write(Buffer.from([0x30, 0x02, 0x00, 0x00]));
    await client.closed;
    expect(broker.counts().violations['not-connect']).toBe(1);
  });

  test('ends one who begins no handshake, and shares its limit with the plain one', async () => {
    const { broker, open } = await startTlsBroker({ limits: { maxConnections: 2, connectTimeoutMs: 300 } });
    const silent = connect({ host: '127.0.0.1', port: broker.tlsPort ?? 0 });
    onTestFinished(() => {
      silent.destroy();
    });
    silent.on('error', () => {});
    await new Promise((resolve) => silent.once('connect', resolve));
    await open();
    const third = await open();
    await third.closed;
    expect(broker.counts().droppedConnections).toBe(1);
    await new Promise((resolve) => silent.once('close', resolve));
  });

  test('counts connections before the handshake, and those of agents no more once they have signed in', async () => {
    const { broker, clock, openTls, issue } = await startTlsBroker({ limits: { unauthenticated: { perAddress: 1 } } });
    const first = await openTls(await issue('saesol/cabinet-1'));
    await expect(openTls()).rejects.toThrow();
    expect(broker.counts().refusedUnauthenticated).toBe(1);
    expect(await codeBy(first)).toBe(0);
    const silent = await openTls();
    await clock.advance(1000);
    expect(await codeBy(await openTls(await issue('saesol/cabinet-2')), { clientId: 'cabinet-2' })).toBe(0);
    await silent.closed;
  });

  test('looks at no handshake of an address that has failed too often', async () => {
    const { broker, clock, openTls, issue } = await startTlsBroker({ limits: { unauthenticated: { failures: 1 } } });
    const gone = await openTls();
    gone.socket.destroy();
    await expect.poll(() => broker.counts().connections).toBe(0);
    await expect(openTls()).rejects.toThrow();
    expect(broker.counts().refusedUnauthenticated).toBe(1);
    await clock.advance(50);
    expect(await codeBy(await openTls(await issue('saesol/cabinet-1')))).toBe(0);
  });

  test('refuses a client who trusts another CA only on its own side, and goes on', async () => {
    const { openTls, issue } = await startTlsBroker();
    const other = await otherAuthority();
    await expect(openTls(undefined, other.certificate)).rejects.toThrow(/self-signed|unable to/);
    expect(await codeBy(await openTls(await issue('saesol/cabinet-1')))).toBe(0);
  });

  test('does not speak TLS 1.1', async () => {
    const { broker, ca } = await startTlsBroker();
    await expect(
      RawMqtt.openTls(broker.tlsPort ?? 0, { ca, versions: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' } }),
    ).rejects.toThrow();
  });
});

describe('renewing over the session', () => {
  const dayMs = 86_400_000;
  const mine = 'jari/v1/saesol/cabinet-1/certificate';
  const askFor = async () => {
    const made = await makeRequest('cabinet-1');
    return { ...made, payload: JSON.stringify({ v: 1, csr: made.csr }) };
  };
  const heard = async (client: RawMqtt) => {
    const packet = await client.next();
    if (packet?.cmd !== 'publish') throw new Error(`expected a message, not ${packet?.cmd}`);
    const message = decode.certificate(Buffer.from(packet.payload));
    if (!message.ok) throw new Error(message.problem);
    return { topic: packet.topic, retain: packet.retain, message: message.value };
  };

  test('tells an agent that its certificate is due, gives it another, and lets both in until the new one has come', async () => {
    const { openTls, issue, clock, ingest } = await startTlsBroker();
    const old = await issue('saesol/cabinet-1');
    await clock.advance(300 * dayMs);
    const client = await openTls(old);
    expect(await codeBy(client)).toBe(0);
    expect(await client.subscribe(mine)).toEqual([1]);
    const due = await heard(client);
    expect(due).toEqual({ topic: mine, retain: false, message: { v: 1, due: expect.any(Number) } });
    const { key, payload } = await askFor();
    expect(await client.publish(`${mine}/request`, payload)).toBe(true);
    const { message } = await heard(client);
    if (!('certificate' in message)) throw new Error(JSON.stringify(message));
    const pair = { certificate: message.certificate, key };
    const again = await openTls(old);
    expect(await codeBy(again)).toBe(0);
    expect(await codeBy(await openTls(pair))).toBe(0);
    expect(await codeBy(await openTls(old))).toBe(5);
    expect(ingest.taken).toEqual([]);
  });

  test('tells it in the middle of a long session too, and nothing while there is time', async () => {
    const { openTls, issue, clock, broker } = await startTlsBroker();
    const client = await openTls(await issue('saesol/cabinet-1'));
    expect(await codeBy(client)).toBe(0);
    expect(await client.subscribe(mine)).toEqual([1]);
    broker.tellDue();
    await clock.advance(300 * dayMs);
    broker.tellDue();
    expect((await heard(client)).message).toEqual({ v: 1, due: expect.any(Number) });
  });

  test('is between the two alone: no reader hears of it', async () => {
    const { openTls, issue, clock, reader } = await startTlsBroker();
    const listening = await reader('screen');
    expect(await listening.subscribe('jari/v1/saesol/#', mine)).toEqual([1, 128]);
    const pair = await issue('saesol/cabinet-1');
    await clock.advance(300 * dayMs);
    const client = await openTls(pair);
    expect(await codeBy(client)).toBe(0);
    expect(await client.subscribe(mine)).toEqual([1]);
    await heard(client);
    await client.publish(`${mine}/request`, (await askFor()).payload);
    await heard(client);
    await client.publish('jari/v1/saesol/cabinet-1/tilt-se/readings', '{}');
    const first = await listening.next();
    expect(first?.cmd === 'publish' && first.topic).toBe('jari/v1/saesol/cabinet-1/tilt-se/readings');
  });

  test('is refused to an agent that came by a password', async () => {
    const { agent: byPassword, log } = await startTlsBroker();
    const client = await byPassword('saesol/cabinet-1');
    expect(await client.subscribe(mine)).toEqual([1]);
    expect(await client.publish(`${mine}/request`, (await askFor()).payload)).toBe(true);
    expect((await heard(client)).message).toEqual({
      v: 1,
      refused: 'this agent did not sign in with a certificate of this gateway',
    });
    expect(log.of('certificate-refused')).toHaveLength(1);
  });

  test.each([
    ['rubbish', 'rubbish'],
    ['a request that is none', JSON.stringify({ v: 1, csr: 'x' })],
  ])('answers %s with what is wrong, and the session goes on', async (_what, payload) => {
    const { openTls, issue, clock } = await startTlsBroker();
    const pair = await issue('saesol/cabinet-1');
    await clock.advance(300 * dayMs);
    const client = await openTls(pair);
    expect(await codeBy(client)).toBe(0);
    expect(await client.subscribe(mine)).toEqual([1]);
    await heard(client);
    expect(await client.publish(`${mine}/request`, payload)).toBe(true);
    expect((await heard(client)).message).toEqual({ v: 1, refused: expect.any(String) });
    expect(await client.publish('jari/v1/saesol/cabinet-1/health', '{}')).toBe(true);
  });
});
