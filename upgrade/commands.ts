import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../contract/input-error.ts';
import { type Language, languageOf } from '../contract/words/language.ts';
import type { UpgradeParts } from './installed.ts';
import { UpgradeError } from './upgrade-error.ts';

type Print = (output: { text: string; json: object }, json: boolean | undefined) => void;

const usualKey = '/etc/jari/release.pub';
const dataHelp = 'the data folder of the service: a gateway or an agent';

/** Upgrades of one service of this box. Every command passes here, so what does the work is loaded when it is asked for. */
export function addUpgradeCommands(program: Command, print: Print, parts: () => Promise<UpgradeParts>): void {
  const upgrade = program.command('upgrade').description('a new version, on trial until it has proved itself');
  of(upgrade.command('try <release>').description('check a release (file, folder or https URL), put it beside, try it'))
    .option('--key <file>', 'public key (Ed25519, PEM) that the release has to be signed by', usualKey)
    .option('--releases <dir>', 'where releases are kept (default: upgrade/releases in the data folder)')
    .option('--program <dir>', 'folder of the installed program (default: that of this command)')
    .addHelpText('after', '\nExample:\n  jari upgrade try jari-0.2.0-linux-x64.tar.gz --data /var/lib/jari/gateway')
    .action(async (release: string, { json, ...options }) => {
      const { runTry } = await import('./try-command.ts');
      const tried = said(options.data, async (language) =>
        runTry({ release, ...options, parts: await parts(), language }),
      );
      print(await tried, json);
    });
  of(upgrade.command('status').description('what runs, and how an upgrade stands')).action(async ({ json, data }) => {
    const { runStatus } = await import('./status.ts');
    print(await said(data, async (language) => runStatus({ data, language, now: Date.now() })), json);
  });
  of(upgrade.command('commit').description('end the trial now, and keep the new version')).action(
    async ({ json, data }) => {
      const { runCommit } = await import('./end-commands.ts');
      print(await said(data, async (language) => runCommit({ data, language })), json);
    },
  );
  of(upgrade.command('back').description('go back to the version before'))
    .option('--program <dir>', 'folder of the installed program (default: that of this command)')
    .action(async ({ json, data, program: dir }) => {
      const { runBack } = await import('./end-commands.ts');
      const { programFolder } = await import('./installed.ts');
      const output = said(data, async (language) =>
        runBack({ data, program: programFolder(dir), parts: await parts(), language }),
      );
      print(await output, json);
    });
  of(upgrade.command('run <arguments...>').description('run a service through its upgrade, as jari-service does'))
    .option('--program <dir>', 'folder of the installed program (default: that of this command)')
    .addHelpText(
      'after',
      '\nExample:\n  jari upgrade run --data run/gateway -- gateway --site site.yaml --data run/gateway',
    )
    .action(async (args: string[], { data, program: dir }) => {
      const { runSupervised } = await import('./run.ts');
      const { programFolder } = await import('./installed.ts');
      const { databases, reads } = await parts();
      process.exitCode = await runSupervised({
        data: resolve(data),
        program: programFolder(dir),
        args,
        reads,
        databases,
      });
    });
}

function of(command: Command): Command {
  return command.requiredOption('--data <dir>', dataHelp).option('--json', 'print the result as JSON');
}

/** A refusal in the words of the terminal. Of a folder that is not there nothing is said: it may be mistyped. @throws InputError */
async function said<T>(data: string, work: (language: Language) => Promise<T>): Promise<T> {
  const language = languageOf(process.env);
  try {
    if (!existsSync(data)) throw new UpgradeError({ code: 'data-not-there', folder: resolve(data) });
    return await work(language);
  } catch (error) {
    if (!(error instanceof UpgradeError)) throw error;
    const { upgradeRefusalWords } = await import('../contract/words/upgrade.ts');
    throw new InputError([upgradeRefusalWords(error.reason)[language]]);
  }
}
