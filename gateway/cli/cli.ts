import type { Command } from 'commander';
import { InputError } from '../../contract/input-error.ts';
import { scopes } from '../../contract/roles.ts';
import { languageOf } from '../../contract/words/language.ts';
import { addBackupCommands } from './backup/commands.ts';
import { addConfigCommands } from './config/commands.ts';
import { addForecastCommands } from './forecast/commands.ts';
import type { Output } from './output.ts';
import { addRuleCommands } from './rules/commands.ts';

type Print = (output: Output, json: boolean | undefined) => void;

const dataHelp = "the gateway's data folder (default: ./run/gateway)";

/**
 * The commands by which an operator says who may come in, and looks at what was changed. Each works with the gateway
 * running or stopped; what does the work is loaded when it is asked for.
 */
export function addAccountCommands(program: Command, print: Print): void {
  addAgent(program, print);
  addCa(program, print);
  addToken(program, print);
  addUser(program, print);
  addAudit(program, print);
  addLot(program, print);
  addRuleCommands(program, print);
  addForecastCommands(program, print);
  addBackupCommands(program, print);
  addConfigCommands(program, print);
  looking(program.command('doctor').description('what is wrong with this gateway, and how to fix it'))
    .requiredOption('--site <file...>', 'site file, one or several, as given to jari gateway')
    .action(async ({ json, ...options }) => {
      const { runDoctor } = await import('./doctor/doctor.ts');
      const { sick, ...output } = runDoctor({ ...options, language: languageOf(process.env) });
      print(output, json);
      if (sick) process.exitCode = 1;
    });
  program
    .command('top')
    .description('how agents, buses and devices are, live; q quits')
    .option('--url <url>', "the gateway's pages", 'http://127.0.0.1:8080')
    .option('--token-file <file>', 'a token that may read; JARI_TOKEN without it')
    .option('--once', 'say it once, as where there is no terminal')
    .option('--json', 'say it once, as JSON')
    .action(async (options) => {
      const { ownTerminal, runTop } = await import('./top/top.ts');
      await runTop({ ...options, language: languageOf(process.env) }, ownTerminal());
    });
  program
    .command('permissions')
    .description('print who may do what: the one table that MQTT and HTTP both read')
    .option('--json', 'print the table as JSON')
    .action(async ({ json }) => print((await import('./permissions-command.ts')).permissionTable(), json));
}

function addAgent(program: Command, print: Print): void {
  const agent = program.command('agent').description("agents' credentials");
  changing(agent.command('add <id>').description('give an agent a new secret; an older one ends'))
    .requiredOption('--site <file>', 'site file')
    .option('--password-file <file>', 'write the secret there (mode 0600) instead of printing it once')
    .option('--bundle <folder>', 'make a folder for the box instead: certificate, key, CA and site file')
    .option('--csr <file>', "with --bundle: the box's own request (jari agent request), so its key stays there")
    .action(async (id: string, { json, ...options }) =>
      print(await (await import('./agent-commands.ts')).runAgentAdd({ id, ...options }), json),
    );
  changing(agent.command('revoke <id>').description('end all that an agent signs in with, and cut it off'))
    .requiredOption('--site <file>', 'site file')
    .action(async (id: string, { json, ...options }) =>
      print(await (await import('./agent-commands.ts')).runAgentRevoke({ id, ...options }), json),
    );
}

function addCa(program: Command, print: Print): void {
  const ca = program.command('ca').description("the gateway's own CA");
  changing(ca.command('init').description('make it (a gateway whose site file asks for tls does so by itself)')).action(
    async ({ json, ...options }) => print(await (await import('./ca-commands.ts')).runCaInit(options), json),
  );
  looking(ca.command('show').description('print its fingerprint, and where its certificate is')).action(
    async ({ json, ...options }) => print(await (await import('./ca-commands.ts')).runCaShow(options), json),
  );
}

function addToken(program: Command, print: Print): void {
  const token = program.command('token').description('tokens for programs');
  changing(token.command('create').description('make a token; it is printed once'))
    .requiredOption('--name <name>', 'what it is for; also its MQTT username')
    .requiredOption('--scope <scopes>', `what it may do: ${scopes.join(', ')}; several with commas`)
    .option('--expires <time>', 'for how long it is good, as in 12h or 90d (default: until it is revoked)')
    .action(async ({ json, ...options }) =>
      print(await (await import('./token-commands.ts')).runTokenCreate(options), json),
    );
  changing(token.command('revoke <name>').description('end a token and cut off who uses it')).action(
    async (name: string, { json, ...options }) =>
      print(await (await import('./token-commands.ts')).runTokenRevoke({ name, ...options }), json),
  );
  looking(token.command('list').description('list the tokens there are, without their secrets')).action(
    async ({ json, ...options }) => print(await (await import('./token-commands.ts')).runTokenList(options), json),
  );
}

function addUser(program: Command, print: Print): void {
  const user = program.command('user').description('people who may sign in');
  const roleHelp = 'what they may do: viewer, operator, manager, resident or admin';
  const passwordHelp = 'write a generated password there (mode 0600) instead of asking or printing';
  ofBuildings(changing(user.command('add <name>').description('make a person, or give one a new password')))
    .requiredOption('--role <role>', roleHelp)
    .option('--password-file <file>', passwordHelp)
    .action(async (name: string, { json, ...options }) =>
      print(await (await import('./user-commands.ts')).runUserAdd({ name, ...options }), json),
    );
  changing(user.command('reset <name>').description('give a person a new password: the way back for a lost admin'))
    .option('--password-file <file>', passwordHelp)
    .action(async (name: string, { json, ...options }) =>
      print(await (await import('./user-commands.ts')).runUserReset({ name, ...options }), json),
    );
  ofBuildings(changing(user.command('role <name> <role>').description('change what a person may do'))).action(
    async (name: string, role: string, { json, ...options }) =>
      print(await (await import('./user-commands.ts')).runUserRole({ name, role, ...options }), json),
  );
  changing(user.command('remove <name>').description('remove a person and sign them out')).action(
    async (name: string, { json, ...options }) =>
      print(await (await import('./user-commands.ts')).runUserRemove({ name, ...options }), json),
  );
  looking(user.command('list').description('list the people there are')).action(async ({ json, ...options }) =>
    print(await (await import('./user-commands.ts')).runUserList(options), json),
  );
  ofBuildings(changing(user.command('invite').description('make a link by which people make their own accounts')))
    .requiredOption('--role <role>', roleHelp)
    .option('--uses <n>', 'how many residents may use it (default: 1)', wholeNumber)
    .option('--expires <time>', 'for how long it is good, as in 12h or 7d, 30 days at most (default: 7d)')
    .action(async ({ json, ...options }) =>
      print(await (await import('./user-commands.ts')).runUserInvite(options), json),
    );
}

function addAudit(program: Command, print: Print): void {
  const audit = program.command('audit').description('what was changed, by whom and why');
  looking(audit.command('list').description('print the newest rows'))
    .option('--limit <n>', 'how many rows (default: 50)', wholeNumber)
    .action(async ({ json, ...options }) => print((await import('./audit-commands.ts')).runAuditList(options), json));
  looking(audit.command('verify').description('walk the chain and say whether every row is as it was written'))
    .option('--head <id:hash>', 'a head printed earlier, which must still be in the chain')
    .action(async ({ json, ...options }) => print((await import('./audit-commands.ts')).runAuditVerify(options), json));
}

function addLot(program: Command, print: Print): void {
  const lot = program.command('lot').description('lots and spaces of the running gateway');
  const siteHelp = 'which site, where several have a lot of this name';
  looking(lot.command('list').description('every lot with its figures')).action(async ({ json, ...options }) =>
    print(await (await import('./lot-commands.ts')).runLotList(options), json),
  );
  looking(lot.command('spaces <lot>').description('the spaces of a lot, and why each is as it is'))
    .option('--site-id <id>', siteHelp)
    .action(async (name: string, { json, ...options }) =>
      print(await (await import('./lot-commands.ts')).runLotSpaces({ lot: name, ...options }), json),
    );
  looking(lot.command('sensors <lot>').description('which sensors are doubted, and when each is to be replaced'))
    .option('--site-id <id>', siteHelp)
    .action(async (name: string, { json, ...options }) =>
      print(await (await import('./lot-commands.ts')).runLotSensors({ lot: name, ...options }), json),
    );
  changing(lot.command('override <space> <state>').description('lay closed, free or occupied over LOT/SPACE'))
    .requiredOption('--until <time>', 'how long, as in 2h or 3d, or until when, as in 2026-12-01T09:00:00+09:00')
    .option('--site-id <id>', siteHelp)
    .action(async (place: string, state: string, { json, ...options }) =>
      print(await (await import('./lot-commands.ts')).runLotOverride({ place, state, ...options }), json),
    );
  changing(lot.command('end-override <space>').description('end the override of LOT/SPACE'))
    .option('--site-id <id>', siteHelp)
    .action(async (place: string, { json, ...options }) =>
      print(await (await import('./lot-commands.ts')).runLotEndOverride({ place, ...options }), json),
    );
  changing(lot.command('empty <space>').description('you stand there and LOT/SPACE is empty, whatever its sensor says'))
    .option('--site-id <id>', siteHelp)
    .action(async (place: string, { json, ...options }) =>
      print(await (await import('./lot-commands.ts')).runLotEmpty({ place, ...options }), json),
    );
}

function looking(command: Command): Command {
  return command.option('--data <dir>', dataHelp).option('--json', 'print the result as JSON');
}

function changing(command: Command): Command {
  return looking(command).option('--why <text>', 'the reason, for the audit');
}

function ofBuildings(command: Command): Command {
  return command
    .option('--building <id...>', 'managers and residents: of which building')
    .option('--site <file>', 'the site file that names the building');
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new InputError([`"${text}" is not a whole number above 0; give one such as 30`]);
  return Number(text);
}
