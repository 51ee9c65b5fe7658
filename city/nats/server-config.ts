import { cityStream, gatewayRights } from '../../contract/city-carrier.ts';

/** What `jari city nats config` is told of one server. */
export type ServerOptions = {
  name: string;
  /** host:port for gateways and workers. */
  listen: string;
  storeDir: string;
  /** What JetStream may take of the disk, bytes. */
  maxStore: number;
  /** PEM files; null: plain, for this machine alone. */
  tls: { readonly cert: string; readonly key: string } | null;
  /** Null: a single server. */
  cluster: {
    readonly listen: string;
    /** host:port of the others. */
    readonly routes: readonly string[];
    /** PEM files by which the servers know each other; null: plain, for this machine alone. */
    readonly tls: { readonly cert: string; readonly key: string; readonly ca: string } | null;
  } | null;
};

export type ServerUsers = {
  /** Public nkey of the workers. */
  worker: string;
  gateways: readonly { readonly id: string; readonly sites: readonly string[]; readonly nkey: string }[];
};

/** Where workers hear answers to their own requests. */
export const workerInbox = '_INBOX_workers';

/** What a worker may do: take from the stream of cities, and say the word. */
export const workerRights = {
  publish: [
    ...['INFO', 'STREAM.INFO', 'STREAM.CREATE', 'STREAM.UPDATE'].map((what) =>
      what === 'INFO' ? '$JS.API.INFO' : `$JS.API.${what}.${cityStream}`,
    ),
    ...['INFO', 'CREATE', 'DURABLE.CREATE', 'MSG.NEXT'].map((what) => `$JS.API.CONSUMER.${what}.${cityStream}.>`),
    `$JS.API.CONSUMER.CREATE.${cityStream}`,
    `$JS.ACK.${cityStream}.>`,
    'jari.word.*',
  ],
  subscribe: [`${workerInbox}.>`],
};

/**
 * A configuration of nats-server 2.9 or later. It holds no secret: of each key its public half, and of certificates their
 * places. Pure.
 */
export function serverConfig(
  { name, listen, storeDir, maxStore, tls, cluster }: ServerOptions,
  users: ServerUsers,
): string {
  const of = (rights: { publish: readonly string[]; subscribe: readonly string[] }) =>
    `{ publish: { allow: [${list(rights.publish)}] }, subscribe: { allow: [${list(rights.subscribe)}] } }`;
  const lines = [
    '# Made by `jari city nats config`: make it again after a gateway was added or removed, and reload (SIGHUP).',
    `server_name: ${text(name)}`,
    `listen: ${text(listen)}`,
    'max_payload: 1MB',
    `jetstream { store_dir: ${text(storeDir)}, max_file_store: ${maxStore}, max_memory_store: 0 }`,
    ...(tls === null ? [] : [`tls { cert_file: ${text(tls.cert)}, key_file: ${text(tls.key)} }`]),
    ...(cluster === null ? [] : clusterLines(cluster)),
    'authorization {',
    '  users: [',
    `    # workers\n    { nkey: ${users.worker}, permissions: ${of(workerRights)} }`,
    ...users.gateways.map(
      ({ id, sites, nkey }) => `    # ${id}\n    { nkey: ${nkey}, permissions: ${of(gatewayRights(id, sites))} }`,
    ),
    '  ]',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function clusterLines({ listen, routes, tls }: NonNullable<ServerOptions['cluster']>): string[] {
  const files =
    tls === null
      ? ''
      : ` tls { cert_file: ${text(tls.cert)}, key_file: ${text(tls.key)}, ca_file: ${text(tls.ca)}, verify: true }`;
  const to = routes.map((route) => text(`nats://${route}`)).join(', ');
  return [`cluster { name: jari, listen: ${text(listen)}, routes: [${to}]${files} }`];
}

const text = (value: string) => JSON.stringify(value);
const list = (values: readonly string[]) => values.map(text).join(', ');
