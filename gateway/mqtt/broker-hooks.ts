import type { Aedes, AedesOptions, AuthenticateError, Client, ConnectPacket } from 'aedes';
import type { Log } from '../log.ts';
import type { AccessControl } from './access-control.ts';
import type { InOrder } from './in-order.ts';
import type { KeptNow } from './kept-now.ts';
import type { Session } from './session.ts';
import type { Connect } from './sign-in.ts';

/** The session of each of the library's clients. */
export type SessionOf = WeakMap<Client, Session>;

type Hooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>;

type Surroundings = { log: Log; kept: KeptNow; say: InOrder['say'] };

/** The broker's questions, handed to `AccessControl`. A hook that throws would end the process, so each answers no instead. */
export function hooks(access: AccessControl, sessions: SessionOf, { log, kept, say }: Surroundings): Hooks {
  const connects = new WeakMap<Client, ConnectPacket>();
  const broken = (hook: string, error: unknown) => {
    log.error({ hook, why: error instanceof Error ? error.stack : String(error) }, 'broker-hook-failed');
    return new Error('internal error');
  };
  const signIn = (client: Client, username: string | undefined, password: Buffer | undefined): number => {
    const [session, packet] = [sessions.get(client), connects.get(client)];
    if (session === undefined || packet === undefined) return serverUnavailable;
    try {
      session.will = packet.will;
      const answer = access.signIn(
        session,
        connectOf(client, packet, { username, password, certificate: session.presented }),
      );
      if (!answer.ok) return answer.code;
      client.id = answer.key;
      return 0;
    } catch (error) {
      broken('authenticate', error);
      return serverUnavailable;
    }
  };
  return {
    preConnect(client, packet, done) {
      connects.set(client, packet);
      const session = sessions.get(client);
      const version = packet.protocolVersion ?? 4;
      if (session !== undefined && !versions.includes(version)) access.refusedVersion(session, version);
      done(null, session !== undefined && !session.socket.destroyed);
    },
    authenticate(client, username, password, done) {
      const code = signIn(client, username, password);
      if (code === 0) done(null, true);
      else done(refusal(code), false);
    },
    authorizePublish(client, packet, done) {
      const session = client === null ? undefined : sessions.get(client);
      if (client === null || session === undefined) return done(new Error('nobody published this'));
      try {
        access.publish(session, packet, client.closed, (error) => {
          if (error === null) say(packet, client);
          done(error);
        });
      } catch (error) {
        done(broken('authorizePublish', error));
      }
    },
    authorizeSubscribe(client, subscription, done) {
      let allowed = false;
      try {
        const session = sessions.get(client);
        allowed = session !== undefined && access.subscribe(session, subscription.topic, subscription.qos);
      } catch (error) {
        broken('authorizeSubscribe', error);
      }
      // No error, or the connection would be closed: null gives SUBACK 0x80.
      // At the highest QoS, whatever SUBACK says: `authorizeForward` lowers each message to what all filters together were granted.
      done(null, allowed ? { ...subscription, qos: 2 } : null);
    },
    authorizeForward(client, packet) {
      try {
        const session = sessions.get(client);
        // Undefined for what is still on its way when UNSUBACK is.
        const most = session?.filters.of(packet.topic);
        if (session === undefined || most === undefined) return null;
        if (kept.isOld(packet) || !access.forward(session, packet.topic)) return null;
        // One that is kept would come at QoS 2 otherwise, be handed on when its handshake is over, and stand behind what is newer.
        return packet.qos > most ? { ...packet, qos: most } : packet;
      } catch (error) {
        broken('authorizeForward', error);
        return null;
      }
    },
  };
}

function connectOf(
  client: Client,
  packet: ConnectPacket,
  shown: { username: string | undefined; password: Buffer | undefined } & Pick<Connect, 'certificate'>,
): Connect {
  return {
    clientId: packet.clientId === '' ? client.id : packet.clientId,
    username: shown.username,
    password: shown.password?.toString('utf8'),
    certificate: shown.certificate,
    keepaliveS: packet.keepalive ?? 0,
    clean: packet.clean === true,
    willTopic: packet.will?.topic,
  };
}

/** MQTT 3.1 and 3.1.1; the library answers any other with code 1. */
const versions: readonly number[] = [3, 4];
const serverUnavailable = 3;

function refusal(returnCode: number): AuthenticateError {
  return Object.assign(new Error('connection refused'), { returnCode });
}

/** Called from events, where a throw would end the process. */
export function leave(access: AccessControl, session: Session, log: Log): void {
  try {
    access.leave(session);
  } catch (error) {
    log.error({ hook: 'leave', why: error instanceof Error ? error.stack : String(error) }, 'broker-hook-failed');
  }
}

/** Hears what the library tells of its clients. */
export function watch(aedes: Aedes, access: AccessControl, sessions: SessionOf, log: Log): void {
  const noteWhy = (client: Client, error: Error) => {
    const session = sessions.get(client);
    if (session !== undefined) session.why ??= error.message;
  };
  aedes.on('clientError', noteWhy);
  aedes.on('connectionError', noteWhy);
  aedes.on('clientDisconnect', (client) => {
    const session = sessions.get(client);
    if (session !== undefined) leave(access, session, log);
  });
  aedes.on('subscribe', (subscriptions, client) => {
    const session = sessions.get(client);
    if (session === undefined) return;
    try {
      access.subscribed(
        session,
        subscriptions.map(({ topic }) => topic),
      );
    } catch (error) {
      log.error(
        { hook: 'subscribed', why: error instanceof Error ? error.stack : String(error) },
        'broker-hook-failed',
      );
    }
  });
  aedes.on('unsubscribe', (filters, client) => {
    const session = sessions.get(client);
    if (session !== undefined) access.unsubscribe(session, filters);
  });
  // The library's own name for "my storage failed"; without a listener it would end the process.
  aedes.addListener('error', (error: Error) => log.error({ why: error.message }, 'broker-failed'));
}
