import type { Command } from 'commander';
import { InputError } from '../contract/input-error.ts';

type Print = (output: { text: string; json: unknown }, json: boolean | undefined) => void;
type Where = { database: string; json?: boolean };

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
    .addHelpText('after', example('jari city run --database postgres://jari@127.0.0.1:5432/city --port 8090'))
    .action(async (options) => (await import('./run.ts')).runWorker(options));
  const gateway = city.command('gateway').description('which gateways may hand on');
  onDatabase(gateway.command('add <id>').description('enter a gateway; prints its token this once'))
    .requiredOption('--site <id...>', 'sites that it may speak for')
    .option('--district <name>', 'where it belongs, for pages and roles')
    .option('--certificate <file>', 'its own certificate (PEM) in place of a token')
    .addHelpText(
      'after',
      example('jari city gateway add saesol-1 --site saesol --district 강동 --database postgres://…'),
    )
    .action(async (id: string, options: Where & { site: string[]; district?: string; certificate?: string }) => {
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
  city
    .command('demo')
    .description('a city and the demo site below it, on a PostgreSQL of its own in a temporary folder')
    .action(async () => (await import('./demo/run.ts')).runCityDemo());
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
