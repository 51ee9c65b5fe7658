import type { Socket } from 'node:net';
import type { AgentTopic, CertificateTopic } from '../../contract/topics.ts';
import type { Presented } from '../ca/presented.ts';
import { type Account, tryPublish } from './acl.ts';
import type { Backlog } from './backlog.ts';
import type { GrantedFilters } from './granted.ts';
import type { PacketSizeGuard } from './packet-size-guard.ts';
import type { Slot } from './unauthenticated-connections.ts';

/** One connection, from the first byte to the last. */
export type Session = {
  readonly socket: Pick<Socket, 'destroy' | 'destroyed' | 'writableLength' | 'remoteAddress'>;
  readonly guard: PacketSizeGuard;
  /** What it has not read yet. */
  readonly backlog: Pick<Backlog, 'bytes'>;
  /** The certificate that came with the connection, good or not. */
  readonly presented: Presented | undefined;
  /** Its slot among the connections that have not signed in. */
  readonly slot: Slot;
  /** The will's packet as CONNECT brought it: the same object comes back when the will is published. */
  will: unknown;
  login: Login | null;
  /** What it is subscribed to. */
  readonly filters: GrantedFilters;
  /** Why the connection ended, when something said so. */
  why: string | null;
  /** When it last asked for a certificate, monotonic ms. */
  askedAtMono: number | null;
};

export type Login = { readonly account: Account; readonly key: string; readonly rights: PublishRights };

/** An account as signed in under a client id. */
export function login(account: Account, clientId: string): Login {
  return { account, key: keyOf(account, clientId), rights: new PublishRights(account) };
}

/** Under which name the broker keeps a connection. Agents and tokens never meet in it, and neither do agents of two sites. */
function keyOf(account: Account, clientId: string): string {
  return account.kind === 'agent' ? `agent/${account.site}/${account.agent}` : `token/${clientId}`;
}

/** The connections that are signed in, one per key: a newer one replaces an older. */
export class Sessions {
  readonly #byKey = new Map<string, Session>();

  /** Registers the session and gives back the one it replaces. */
  enter(session: Session, login: Login): Session | undefined {
    const previous = this.#byKey.get(login.key);
    session.login = login;
    this.#byKey.set(login.key, session);
    return previous;
  }

  /** Whether it was still the one registered. */
  leave(session: Session): boolean {
    const key = session.login?.key;
    return key !== undefined && this.#byKey.get(key) === session && this.#byKey.delete(key);
  }

  /** The token that is connected under this client id. */
  tokenOn(clientId: string): string | undefined {
    const account = this.#byKey.get(`token/${clientId}`)?.login?.account;
    return account?.kind === 'token' ? account.name : undefined;
  }

  all(): MapIterator<Session> {
    return this.#byKey.values();
  }
}

const maxRemembered = 512;

/** An account's topics as read before, since an agent says the same few for years. Forgets everything beyond 512. */
export class PublishRights {
  readonly #account: Account;
  readonly #seen = new Map<string, AgentTopic | CertificateTopic>();

  constructor(account: Account) {
    this.#account = account;
  }

  try(topic: string): AgentTopic | CertificateTopic | undefined {
    const seen = this.#seen.get(topic);
    if (seen !== undefined) return seen;
    const read = tryPublish(this.#account, topic);
    if (read === undefined) return undefined;
    if (this.#seen.size >= maxRemembered) this.#seen.clear();
    this.#seen.set(topic, read);
    return read;
  }
}
