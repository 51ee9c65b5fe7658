import type { Command } from 'commander';
import { languageOf } from '../../../contract/words/language.ts';
import type { Output } from '../output.ts';

type Print = (output: Output, json: boolean | undefined) => void;

/** Trying a new site file on agents and gateway, with the way back. */
export function addConfigCommands(program: Command, print: Print): void {
  const config = program
    .command('config')
    .description('try a new site file on agents and gateway; it goes back by itself');
  shared(
    config.command('try <file>').description('check it, sign it, and try it: one agent, the others, then the gateway'),
  )
    .option('--confirm <words>', 'one thing that it takes away, as the refusal names it; may be repeated', more, [])
    .option('--first <agent>', 'who tries it before the others')
    .option('--why <text>', 'the reason, for the audit')
    .addHelpText(
      'after',
      '\nExample:\n  jari config try site-new.yaml --first cabinet-b1 --why "read the tilt sensors twice as often"',
    )
    .action(async (file: string, { json, ...options }) =>
      print(await (await import('./try.ts')).runConfigTry({ file, ...options }), json),
    );
  shared(config.command('show').description('which site file runs, what is being tried, and what became of it')).action(
    async ({ json, ...options }) =>
      print(await (await import('./try.ts')).runConfigShow({ ...options, language: languageOf(process.env) }), json),
  );
  shared(config.command('stop').description('end what is being tried: all that have it go back'))
    .option('--why <text>', 'the reason, for the audit')
    .action(async ({ json, ...options }) => print(await (await import('./try.ts')).runConfigStop(options), json));
  shared(config.command('dismiss').description('say that you know that one was taken back; its trouble ends'))
    .option('--why <text>', 'the reason, for the audit')
    .action(async ({ json, ...options }) => print(await (await import('./try.ts')).runConfigDismiss(options), json));
  addSigning(config, print);
}

/** Where the key is, and never at the city. */
function addSigning(config: Command, print: Print): void {
  config
    .command('key <file>')
    .description(
      'make a key that signs configuration for the gateways of a city, and FILE.pub, which each gateway is given',
    )
    .option('--json', 'print the result as JSON')
    .action(async (file: string, { json }: { json?: boolean }) =>
      print((await import('./sign.ts')).runConfigKey({ file }), json),
    );
  config
    .command('sign <file...>')
    .description('check and sign site files, or settings of rules for --site, as a set that a city hands on')
    .requiredOption('--key <file>', 'the private key')
    .requiredOption('--set-version <n>', 'above every version before; the word that takes it back has the next')
    .requiredOption('--out <file>', 'where the signed set is written')
    .option('--site <id...>', 'of settings of rules: the sites that they are for')
    .option(
      '--against <file...>',
      'the site files that run now, in the same order: what is taken away is then known here',
    )
    .option('--confirm <words>', 'one thing that it takes away, as the refusal names it; may be repeated', more, [])
    .option('--why <text>', 'the reason, for people at the city')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  jari config sign saesol.yaml --against saesol-now.yaml --key city.key --set-version 7 --out set.json',
    )
    .action(async (files: string[], { json, setVersion, ...options }) =>
      print((await import('./sign.ts')).runConfigSign({ files, version: setVersion, ...options }), json),
    );
}

function shared(command: Command): Command {
  return command
    .option('--site-id <id>', 'which site, where the gateway serves several')
    .option('--data <dir>', "the gateway's data folder (default: ./run/gateway)")
    .option('--json', 'print the result as JSON');
}

function more(word: string, before: string[]): string[] {
  return [...before, word];
}
