import type { Command } from 'commander';
import { InputError } from '../contract/input-error.ts';
import type { ConfigOptions } from './nats/commands.ts';

type Print = (output: { text: string; json: unknown }, json: boolean | undefined) => void;
type Where = { database: string; json?: boolean };

type GatewayOptions = { site: string[]; district?: string; certificate?: string; nkey?: string };

const idForm = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** `jari city …`; what does the work is loaded when it is asked for. */
export function addCityCommands(program: Command, print: Print): void {
  const city = program
    .command('city')
    .description('the tier above gateways: take what they committed, into PostgreSQL');
  onDatabase(city.command('run').description('one worker; there may be any number of them'))
    .option('--bind <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <n>', 'HTTP port, 0 for any free one', '8090')
    .option('--cert <file>', 'certificate (PEM) of the listener; needed beyond this machine')
    .option('--key <file>', 'its key')
    .option('--keep-days <n>', 'days that readings are kept', '400')
    .option('--nats <urls>', 'take from these NATS servers too: tls://host:4222, several with commas')
    .option('--nats-seed <file>', "the seed of the workers' nkey")
    .option('--nats-ca <file>', "the CA (PEM) of the servers' certificates")
    .option('--nats-replicas <n>', 'servers that keep a copy (default: 3 in a cluster, else 1)')
    .option('--nats-max-mb <n>', 'what the stream may hold, MB; well below what its servers may store', '1024')
    .option('--hub <url>', 'an NGSI-LD hub that is told of every entity')
    .option('--hub-variant <name>', 'how it is written: smart-data-models or city-data-hub', 'smart-data-models')
    .option(
      '--hub-context <url>',
      'what its names mean, {type} for the type (default: names are IRIs, and no context is read)',
    )
    .option('--hub-tenant <name>', 'its tenant')
    .option('--hub-token-file <file>', 'the file with the token for it')
    .option('--hub-type <type...>', 'only entities of these types')
    .option('--platform <url>', 'the 통합플랫폼, which is posted an event of each public alert')
    .option('--platform-secret-file <file>', 'the file with its X-Scsns-Secret')
    .addHelpText('after', example('jari city run --database postgres://jari@127.0.0.1:5432/city --port 8090'))
    .action(async (options) => (await import('./run.ts')).runWorker(options));
  const gateway = city.command('gateway').description('which gateways may hand on');
  onDatabase(gateway.command('add <id>').description('enter a gateway; prints its token this once'))
    .requiredOption('--site <id...>', 'sites that it may speak for')
    .option('--district <name>', 'where it belongs, for pages and roles')
    .option('--certificate <file>', 'its own certificate (PEM) in place of a token')
    .option('--nkey <key>', 'its public nkey (U…), for NATS, in place of a token')
    .addHelpText(
      'after',
      example('jari city gateway add saesol-1 --site saesol --district 강동 --database postgres://…'),
    )
    .action(async (id: string, options: Where & GatewayOptions) => {
      if (!idForm.test(id)) throw new InputError([`"${id}" is no id: 1–63 of a–z, 0–9 and -`]);
      const { runGatewayAdd } = await import('./commands.ts');
      print(await runGatewayAdd({ id, ...options }), options.json);
    });
  onDatabase(gateway.command('remove <id>').description('end its proof; its rows stay')).action(
    async (id: string, options: Where) => {
      const { runGatewayRemove } = await import('./commands.ts');
      print(await runGatewayRemove({ id, ...options }), options.json);
    },
  );
  onDatabase(city.command('token <name>').description('a token for somebody of the city; prints it this once'))
    .option('--scope <scope>', 'read, or operate: may acknowledge too', 'read')
    .option('--district <name...>', 'districts that may be seen (default: all)')
    .option('--operate <name...>', 'of these, where to acknowledge (default: all of them)')
    .action(async (name: string, options: Where & { scope: string; district?: string[]; operate?: string[] }) => {
      const { runToken } = await import('./commands.ts');
      print(await runToken({ name, ...options }), options.json);
    });
  onDatabase(
    city.command('migrate').description('bring the database up to this program; workers do so when they start'),
  ).action(async (options: Where) => {
    const { runMigrate } = await import('./commands.ts');
    print(await runMigrate(options), options.json);
  });
  addNatsCommands(city, print);
  city
    .command('demo')
    .description('a city and the demo site below it, on a PostgreSQL of its own in a temporary folder')
    .option('--nats', 'hand on over a NATS server of its own in place of HTTPS')
    .action(async (options: { nats?: true }) => (await import('./demo/run.ts')).runCityDemo(options));
}

function addNatsCommands(city: Command, print: Print): void {
  const nats = city.command('nats').description('NATS JetStream as the way from gateways to workers');
  nats
    .command('key <file>')
    .description('make an nkey: the seed into a new file, the public key on the screen')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, { json }: { json?: boolean }) =>
      print(await (await import('./nats/commands.ts')).runNatsKey({ file }), json),
    );
  onDatabase(
    nats.command('config').description('the configuration of one nats-server, with the rights of each gateway'),
  )
    .requiredOption('--worker <key>', 'the public nkey of the workers')
    .option('--name <name>', 'name of this server', 'n1')
    .option('--listen <host:port>', 'for gateways and workers', '127.0.0.1:4222')
    .option('--store <folder>', 'where JetStream stores', '/var/lib/nats')
    .option('--max-store-mb <n>', 'what it may store there, MB; half of the free disk at most', '2048')
    .option('--cert <file>', 'certificate (PEM) of this server; needed beyond this machine')
    .option('--key <file>', 'its key')
    .option('--ca <file>', 'the CA (PEM) by which servers of the cluster know each other')
    .option('--cluster <host:port>', 'where the other servers reach this one')
    .option('--route <host:port...>', 'the other servers')
    .addHelpText('after', example('jari city nats config --worker U… --database postgres://… > nats.conf'))
    .action(async (options: ConfigOptions & { json?: boolean }) =>
      print(await (await import('./nats/commands.ts')).runNatsConfig(options), options.json),
    );
}

function onDatabase(command: Command): Command {
  return command
    .requiredOption(
      '--database <url>',
      'its PostgreSQL; the password comes by PGPASSWORD',
      process.env.JARI_CITY_DATABASE,
    )
    .option('--json', 'print the result as JSON');
}

function example(text: string): string {
  return `\nExample:\n  ${text}`;
}
