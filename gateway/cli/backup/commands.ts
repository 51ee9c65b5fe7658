import type { Command } from 'commander';
import type { Output } from '../output.ts';

type Print = (output: Output, json: boolean | undefined) => void;

const dataHelp = "the gateway's data folder (default: ./run/gateway)";
const identityHelp = "the owner's private key: the file that jari backup key wrote";

/** Copies of a gateway, and its return from one. */
export function addBackupCommands(program: Command, print: Print): void {
  const backup = program.command('backup').description('copies of this gateway, encrypted for its owner');
  backup
    .command('key')
    .description("make the owner's key pair; the private half is to leave this machine")
    .requiredOption('--out <file>', 'where the private key is put (mode 0600)')
    .option('--json', 'print the result as JSON')
    .action(async ({ json, ...options }) => print(await (await import('./identity.ts')).runBackupKey(options), json));
  backup
    .command('code')
    .description('make a code by which a new box may take the place of this one, once; it is printed once')
    .option('--expires <time>', 'for how long it is good, as in 365d (default: 730d)')
    .option('--data <dir>', dataHelp)
    .option('--why <text>', 'the reason, for the audit')
    .option('--json', 'print the result as JSON')
    .action(async ({ json, ...options }) => print(await (await import('./code.ts')).runBackupCode(options), json));
  backup
    .command('now')
    .description('make a copy now, as every night')
    .option('--site <file...>', 'site file, needed where no gateway runs')
    .option('--data <dir>', dataHelp)
    .option('--json', 'print the result as JSON')
    .action(async ({ json, ...options }) => print(await (await import('./running.ts')).runBackupNow(options), json));
  backup
    .command('list')
    .description('the copies that lie at the place that the site file names')
    .requiredOption('--site <file...>', 'site file, one or several')
    .option('--data <dir>', dataHelp)
    .option('--json', 'print the result as JSON')
    .action(async ({ json, ...options }) => print(await (await import('./running.ts')).runBackupList(options), json));
  backup
    .command('verify <file>')
    .description('check a copy: every byte by its label, and with the key all that is in it')
    .option('--identity <file>', identityHelp)
    .option('--json', 'print the result as JSON')
    .action(async (file: string, { json, ...options }) =>
      print(await (await import('./copies.ts')).runBackupVerify({ file, ...options }), json),
    );
  program
    .command('restore <file>')
    .description('bring a whole gateway back from a copy, into a new folder')
    .requiredOption('--identity <file>', identityHelp)
    .requiredOption('--into <dir>', 'a folder that is new or empty; it becomes the data folder')
    .option('--site-id <id>', 'refuse a copy of any other site')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, { json, ...options }) =>
      print(await (await import('./copies.ts')).runRestore({ file, ...options }), json),
    );
  program
    .command('replace <file>')
    .description('let this box take the place of a dead gateway: its copy, its id, new keys, outputs off')
    .requiredOption('--identity <file>', identityHelp)
    .requiredOption('--code <code>', 'the code that jari backup code printed')
    .requiredOption('--into <dir>', 'a folder that is new or empty; it becomes the data folder')
    .option('--site-id <id>', 'refuse a copy of any other site')
    .option('--why <text>', 'the reason, for the audit')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, { json, ...options }) =>
      print(await (await import('./copies.ts')).runReplace({ file, ...options }), json),
    );
  program
    .command('outputs')
    .description('whether this gateway may switch things')
    .command('on')
    .description('after a replacement, when somebody has looked at what would be switched')
    .option('--data <dir>', dataHelp)
    .option('--why <text>', 'the reason, for the audit')
    .option('--json', 'print the result as JSON')
    .action(async ({ json, ...options }) => print(await (await import('./code.ts')).runOutputsOn(options), json));
}
