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
  shared(config.command('stop').description('end what is being tried: whoever has it goes back'))
    .option('--why <text>', 'the reason, for the audit')
    .action(async ({ json, ...options }) => print(await (await import('./try.ts')).runConfigStop(options), json));
  shared(config.command('dismiss').description('say that you know that one was taken back; its trouble ends'))
    .option('--why <text>', 'the reason, for the audit')
    .action(async ({ json, ...options }) => print(await (await import('./try.ts')).runConfigDismiss(options), json));
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
