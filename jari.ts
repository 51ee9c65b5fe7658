#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { InputError } from './contract/input-error.ts';

// Checked before anything else is loaded: an older Node would fail later and say less.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major !== 24 || minor < 7) {
  console.error(`jari needs Node 24.7 or a later 24; this is ${process.versions.node}.`);
  console.error('Start it as "npx jari" or "npm start" in its folder: npm has put the right Node there.');
  process.exit(2);
}

// Stripping the types again at every start costs each process some 40 MB that it never gives back.
// The cache is written at a clean exit or when told, and a process that is always killed never exits cleanly.
enableCompileCache();
setTimeout(flushCompileCache, 10_000).unref();

// Packages of MQTT bring a copy of older streams of Node with them, and take Node's own when told.
process.env.READABLE_STREAM ??= 'disable';

// Who reads what is printed may be gone, as in `jari sniff … | head`: nobody's fault. What goes on without a reader listens for this itself.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (process.stdout.listenerCount('error') > 1) return;
  if (error.code !== 'EPIPE') throw error;
  if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM');
  else process.exit(0);
});

const { Command, CommanderError } = await import('commander');

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string };

const program = new Command('jari')
  .description('Edge runtime for parking and building-safety sensors')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(try "jari <command> --help")');

program
  .command('demo')
  .description('run the whole demo site here, without hardware: field, edge agents and gateway')
  .option('--scenario <name>', 'a day to play, such as day')
  .option('--speed <x>', 'how much faster than the clock', positiveNumber)
  .action(async (options) => (await import('./simulators/demo.ts')).runDemo(options));

program
  .command('edge')
  .description('run one agent: read its sensors, keep the readings, publish them')
  .requiredOption('--site <file>', 'site file')
  .requiredOption('--agent <id>', 'which agent of the site this box is')
  .option('--data <dir>', 'data folder (default: ./run/<agent id>)')
  .option('--uplink-url <url>', "the broker's address, instead of the site file's")
  .option('--ports <file>', "virtual lines in place of the site's: the ports.json that jari simulate writes")
  .option('--ca <file>', "the gateway's own CA, which signs configuration, in place of the site file's")
  .option('--json', 'log as JSON lines (which is what it does anyway)')
  .action(async (options) => (await import('./edge/cli.ts')).runEdge({ ...options, supervisors: await supervisors() }));

program
  .command('gateway')
  .description('run the gateway: broker, storage, services and pages')
  .requiredOption('--site <file...>', 'site file, one or several')
  .option('--data <dir>', 'data folder (default: ./run/gateway)')
  .option('--mqtt-port <n>', 'MQTT port, 0 for any free one', wholeNumber)
  .option('--http-port <n>', 'HTTP port, 0 for any free one', wholeNumber)
  .option('--mqtts-port <n>', 'MQTT port for TLS, 0 for any free one', wholeNumber)
  .option('--https-port <n>', 'HTTPS port, 0 for any free one', wholeNumber)
  .option('--json', 'log as JSON lines (which is what it does anyway)')
  .action(async ({ site, ...options }) =>
    (await import('./gateway/cli/run-gateway.ts')).runGateway({
      sites: site,
      ...options,
      supervisors: await supervisors(),
    }),
  );

program
  .command('simulate')
  .description('be the field: every bus of a site as a virtual line')
  .requiredOption('--site <file>', 'site file')
  .requiredOption('--dir <dir>', 'where the virtual lines appear')
  .option('--scenario <name>', 'a day to play: a name in config/sites/scenarios/, or a file')
  .option('--seed <n>', 'same seed, same values', wholeNumber)
  .option('--speed <x>', 'how much faster than the clock', positiveNumber)
  .option('--creep <device@time>', 'a corner that has been leaning slowly since then: tilt-ne@2026-10-25T00:00:00Z')
  .option('--json', 'print ports.json when all lines are up')
  .action(async (options) => (await import('./simulators/command.ts')).runSimulate(options));

const sim = program.command('sim').description('touch a running virtual field');
sim
  .command('set <point> <value>')
  .description('hold a point (device/point) at a value')
  .requiredOption('--dir <dir>', 'the folder given to jari simulate')
  .option('--for <duration>', 'how long, as in 30s of simulated time (default: until cleared)')
  .option('--json', 'print the answer as JSON')
  .action(async (point: string, value: string, { dir, json, ...span }) =>
    touchField({ dir, json, set: { point, value, ...span } }),
  );
sim
  .command('fault <target> <name>')
  .description('make a bus (agent/bus), a device, a point or an agent misbehave; "jari sim faults" says how')
  .requiredOption('--dir <dir>', 'the folder given to jari simulate')
  .option('--for <duration>', 'how long, as in 30s of simulated time (default: until cleared)')
  .option('--rate <share>', 'drifting: the share of its range that a number gains every hour, as in 0.02', plainNumber)
  .option('--by <duration>', 'clock-stepped: how far, as in 1h or -5m')
  .option('--json', 'print the answer as JSON')
  .action(async (target: string, name: string, { dir, json, ...size }) =>
    touchField({ dir, json, fault: { target, name, ...size } }),
  );
sim
  .command('faults')
  .description('list the faults and events there are, and what each does')
  .option('--json', 'print the list as JSON')
  .action(async ({ json }) => print((await import('./simulators/faults/words.ts')).faultTable(), json));
sim
  .command('event <name> [place]')
  .description('let something happen to a place: an agent, a device, or the whole site')
  .requiredOption('--dir <dir>', 'the folder given to jari simulate')
  .option('--for <duration>', 'how long, as in 10m of simulated time (default: until cleared)')
  .option('--strength <x>', '1 is the usual size', positiveNumber)
  .option('--json', 'print the answer as JSON')
  .action(async (name: string, place: string | undefined, { dir, json, ...size }) =>
    touchField({ dir, json, event: { name, ...(place === undefined ? {} : { place }), ...size } }),
  );
sim
  .command('clear')
  .description('end every set value, fault and event')
  .requiredOption('--dir <dir>', 'the folder given to jari simulate')
  .option('--json', 'print the answer as JSON')
  .action(async ({ dir, json }) => touchField({ dir, json, clear: true }));

program
  .command('check <file...>')
  .description("check site files and print each bus's load")
  .option('--against <file>', 'the site file in place now: what would change of wires, rules, lots and spaces')
  .option('--json', 'print the result as JSON')
  .action(async (files: string[], options) => {
    const { runCheck } = await import('./config/check-command.ts');
    const { languageOf } = await import('./contract/words/language.ts');
    const { exitCode, output } = runCheck(files, {
      ...{ json: options.json === true, language: languageOf(process.env) },
      ...(options.against === undefined ? {} : { against: options.against }),
    });
    console.log(output);
    process.exitCode = exitCode;
  });

program
  .command('profile')
  .description('device profiles')
  .command('import <file>')
  .description(
    "a draft of a profile out of another tool's register map: wb-mqtt-serial, Home Assistant, telegraf, EdgeX, OpenEMS, modpoll, CSV",
  )
  .option('--id <id>', "the profile's id (default: the file's name)")
  .option('--out <file>', 'where the profile goes; a file that is there is never overwritten (default: it is printed)')
  .option('--json', 'print the profile and what was not carried over as JSON')
  .action(async (file: string, options) => {
    const { runProfileImport } = await import('./config/import/import-command.ts');
    const { languageOf } = await import('./contract/words/language.ts');
    const imported = runProfileImport({ file, ...options, language: languageOf(process.env) });
    if (options.json !== true) for (const note of imported.notes) console.error(note);
    print(imported, options.json);
  });

program
  .command('model')
  .description('models of buildings, which the page draws behind their sensors')
  .command('convert <from> <to>')
  .description('an IFC file as a glTF binary, for model: { file: … } of a building')
  .option('--at <east,north,up>', "where the building's corner is in the IFC file, metres", '0,0,0')
  .option('--json', 'print what was written as JSON')
  .addHelpText('after', '\nExample:\n  jari model convert hanbit.ifc hanbit.glb')
  .action(async (from: string, to: string, { at, json }) => {
    const { runModelConvert } = await import('./config/model/convert-command.ts');
    const { languageOf } = await import('./contract/words/language.ts');
    print(await runModelConvert({ from, to, at, language: languageOf(process.env) }), json);
  });

program
  .command('replay <file>')
  .description('a file of jari record as a virtual line that answers as recorded')
  .requiredOption('--dir <dir>', 'where the line and ports.json appear')
  .option('--bus <agent/bus>', 'which bus of a site it stands for, in ports.json')
  .option('--as <kind>', 'modbus-rtu, modbus-rtu-over-tcp or modbus-tcp (default: as it was recorded)')
  .option('--passing', 'play what passed, for jari sniff, in place of answering')
  .option('--speed <x>', 'how much faster than it was', positiveNumber)
  .option('--json', 'print ports.json when the line is up')
  .addHelpText('after', '\nExample:\n  jari replay line.jsonl --dir /tmp/line')
  .action(async (file: string, options) => {
    const { runReplay } = await import('./simulators/replay/replay-command.ts');
    const { languageOf } = await import('./contract/words/language.ts');
    await runReplay({ file, ...options, language: languageOf(process.env) });
  });

// A service is started with what it needs alone.
if (!['edge', 'gateway'].includes(process.argv[2] ?? '')) await addOtherCommands();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

async function addOtherCommands(): Promise<void> {
  const { addCommissioningCommands } = await import('./edge/commissioning/commands.ts');
  addCommissioningCommands(program, print, async () => {
    const { documentSigner, verifyDocument } = await import('./gateway/ca/document.ts');
    return { signer: documentSigner, verify: verifyDocument };
  });
  const { addAccountCommands } = await import('./gateway/cli/cli.ts');
  addAccountCommands(program, print);
  const { addCityCommands } = await import('./city/cli.ts');
  addCityCommands(program, print);
  const { addUpgradeCommands } = await import('./upgrade/commands.ts');
  addUpgradeCommands(program, print, async () => {
    const { gatewayDatabase } = await import('./gateway/store/upgrade-database.ts');
    const { outboxDatabase } = await import('./edge/outbox/upgrade-database.ts');
    const { ownReader, versionOf } = await import('./gateway/store/reader.ts');
    const { schemaVersion } = await import('./edge/outbox/sql.ts');
    const { untar } = await import('./gateway/backup/tar.ts');
    const reads = { gateway: ownReader, outbox: schemaVersion };
    return { databases: [gatewayDatabase, outboxDatabase], untar, version, reads, versionOf };
  });
  program.commands
    .find((each) => each.name() === 'agent')
    ?.command('request <id>')
    .description('on the box: make a key, and a request for a certificate to take to the gateway')
    .requiredOption('--out <folder>', 'where <id>.key (mode 0600) and <id>.csr are put')
    .option('--json', 'print the result as JSON')
    .action(async (id: string, { json, out }) => {
      const { runAgentRequest } = await import('./edge/identity/request-command.ts');
      print(runAgentRequest({ id, out }), json);
    });
}

/** systemd, where it has started this process and wants to hear of it, and an upgrade, which may begin at any time. */
async function supervisors() {
  const { NOTIFY_SOCKET, JARI_UPGRADE_DIR } = process.env;
  const systemd =
    NOTIFY_SOCKET === undefined ? undefined : (await import('./systemd/supervisor.ts')).systemdIn(process.env);
  const upgrade =
    JARI_UPGRADE_DIR === undefined ? undefined : (await import('./upgrade/reporter.ts')).reporterIn(process.env);
  return [systemd, upgrade].filter((each) => each !== undefined);
}

/** Says what was wrong and gives the exit code: 2 for input that a person can fix, 1 for the rest. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    const isWrong = error.exitCode !== 0; // commander has said so in words
    if (isWrong && process.argv.includes('--json'))
      console.log(JSON.stringify({ ok: false, problems: [error.message] }));
    return isWrong ? 2 : 0;
  }
  if (error instanceof InputError) {
    if (process.argv.includes('--json')) console.log(JSON.stringify({ ok: false, problems: error.problems }));
    for (const problem of error.problems) console.error(problem);
    return 2;
  }
  console.error(error);
  return 1;
}

function print(result: { text: string; json: unknown }, json: boolean | undefined): void {
  console.log(json === true ? JSON.stringify(result.json) : result.text);
}

async function touchField(options: import('./simulators/sim-command.ts').SimOptions): Promise<void> {
  const { runSim } = await import('./simulators/sim-command.ts');
  print(await runSim(options), options.json);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InputError([`"${text}" is not a whole number; give one such as 8080`]);
  return Number(text);
}

function plainNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InputError([`"${text}" is not a number; give one such as 0.02`]);
  return value;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new InputError([`"${text}" is not a number above 0; give one such as 60`]);
  return value;
}
