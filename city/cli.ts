import type { Command } from 'commander';
import { durationSchema } from '../contract/duration.ts';
import { InputError } from '../contract/input-error.ts';
import { languageOf } from '../contract/words/language.ts';
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
    .option(
      '--hub <url>',
      'an NGSI-LD hub that is told of every entity; one without /ngsi-ld/v1 by its …/entityOperations',
    )
    .option('--hub-variant <name>', 'how it is written: smart-data-models or city-data-hub', 'smart-data-models')
    .option(
      '--hub-context <url>',
      'what its names mean, {type} for the type (default: names are IRIs, and no context is read)',
    )
    .option('--hub-tenant <name>', 'its tenant')
    .option('--hub-token-file <file>', 'the file with the token for it')
    .option('--hub-type <type...>', 'only entities of these types')
    .option('--hub-without <name...>', 'attributes that the hub has no place for')
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
  onDatabase(city.command('district <name>').description('what a district is called on English pages'))
    .option('--english <name>', 'its English name (default: as it is)')
    .addHelpText('after', example('jari city district 강동 --english Gangdong --database postgres://…'))
    .action(async (name: string, options: Where & { english?: string }) => {
      const { runDistrict } = await import('./commands.ts');
      print(await runDistrict({ name, ...options }), options.json);
    });
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
  addConfigCommands(city, print);
  addNatsCommands(city, print);
  city
    .command('demo')
    .description('a city and the demo site below it, on a PostgreSQL of its own in a temporary folder')
    .option('--nats', 'hand on over a NATS server of its own in place of HTTPS')
    .action(async (options: { nats?: true }) => (await import('./demo/run.ts')).runCityDemo(options));
}

type PublishFlags = Where & { first?: string[]; waves?: number[]; soak?: number; overdue?: number; source?: string };

function addConfigCommands(city: Command, print: Print): void {
  const config = city
    .command('config')
    .description('configuration for gateways, signed elsewhere: hand it on in waves');
  onDatabase(config.command('publish <file>').description('hand on a signed set: some gateways, more, then all'))
    .option('--first <gateway...>', 'who gets it before all others (default: 1 % of them, by a digest)')
    .option('--waves <percent...>', 'who has it after each wave (default: 1 10 100)', numbers)
    .option('--soak <duration>', 'time between a wave and the next (default: 1h)', duration)
    .option('--overdue <duration>', 'time for a gateway to keep it or go back (default: 2h)', duration)
    .option('--source <text>', 'where these numbers come from')
    .addHelpText('after', example('jari city config publish set.json --first saesol-1 --database postgres://…'))
    .action(async (file: string, options: PublishFlags) => {
      const { runPublish } = await import('./configuration/commands.ts');
      print(await runPublish({ file, ...options }), options.json);
    });
  onDatabase(config.command('show [version]').description('the last sets; of one version, every gateway')).action(
    async (version: string | undefined, options: Where) => {
      const { runShow } = await import('./configuration/commands.ts');
      const of = version === undefined ? {} : { version: wholeNumber(version) };
      print(await runShow({ ...of, ...options, language: languageOf(process.env) }), options.json);
    },
  );
  const steps = {
    halt: 'hand it to no other gateway',
    go: 'go on after a halt; what is known to be wrong halts it no more',
    return: 'take it back everywhere: each gateway that has it goes back to what ran before',
  } as const;
  for (const step of ['halt', 'go', 'return'] as const)
    onDatabase(config.command(`${step} <version>`).description(steps[step]))
      .option('--why <text>', 'the reason, for the audit')
      .action(async (version: string, options: Where & { why?: string }) => {
        const { runStep } = await import('./configuration/commands.ts');
        print(await runStep({ version: wholeNumber(version), step, ...options }), options.json);
      });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InputError([`${text}: is no version; give a whole number from 1`]);
  return Number(text);
}

function numbers(text: string, before: number[] | undefined): number[] {
  const value = Number(text);
  if (!(value > 0 && value <= 100)) throw new InputError([`--waves ${text}: give percentages above 0, up to 100`]);
  return [...(before ?? []), value];
}

function duration(text: string): number {
  const parsed = durationSchema.safeParse(text);
  if (!parsed.success) throw new InputError([`${text}: is no duration; give one such as 30m or 1h`]);
  return parsed.data;
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
