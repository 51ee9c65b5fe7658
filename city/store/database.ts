import postgres from 'postgres';
import { InputError } from '../../contract/input-error.ts';
import { assertPeer } from '../peer.ts';

export type Sql = postgres.Sql<Record<string, never>>;
/** Within a transaction. */
export type Tx = postgres.TransactionSql<Record<string, never>>;

/** Either. */
export type Query = postgres.ISql<Record<string, never>>;

/** A value as a parameter of JSON; the library's type knows no interfaces. */
export function json(query: Query, value: unknown): postgres.Parameter {
  return query.json(value as postgres.JSONValue);
}

/** Connections of one worker: six of transactions that take, two for each lane, and some for pages. */
const connections = 12;

/**
 * Longer than 1,023 bytes, by spaces that PostgreSQL overlooks: what is shorter the library sends a turn later, and on a connection
 * that was lost while something waited to be sent it never does (postgres 3.4.9): every try to connect it again would take the
 * whole timeout.
 */
const startupOptions = '-c statement_timeout=60000'.padEnd(1024);

/**
 * The city's PostgreSQL. `url` such as postgres://jari@db.example.kr/city; the password comes by PGPASSWORD.
 * Numbers of 64 bits come as numbers: none of ours is beyond 2⁵³.
 * @throws InputError when the address is none
 */
export function connect(
  url: string,
  options: { max?: number; isProbe?: boolean; onNotice?: (text: string) => void } = {},
): Sql {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new InputError([
      `--database ${url}: is no address of a PostgreSQL; give one such as postgres://jari@127.0.0.1:5432/city`,
    ]);
  }
  assertPeer('--database', url);
  if (new URL(url).password !== '') {
    throw new InputError([
      '--database: no password in the address, where every process of the machine reads it; set PGPASSWORD',
    ]);
  }
  return postgres(url, {
    max: options.max ?? connections,
    connect_timeout: 10,
    idle_timeout: 60,
    // A query of the library's own, whose failure nobody could catch while the database is away.
    fetch_types: options.isProbe !== true,
    connection: { application_name: 'jari-city', options: startupOptions },
    onnotice: ({ message }) => options.onNotice?.(message ?? ''),
    types: {
      bigint: {
        to: 20,
        from: [20],
        parse: (text: string) => Number(text),
        serialize: (value: number) => String(value),
      },
    },
  }) as unknown as Sql; // the parser of bigint changes what rows hold, and rows say so themselves
}
