import type { Command } from 'commander';
import { languageOf } from '../../contract/words/language.ts';
import type { Signing } from './signed-page.ts';

type Print = (output: { text: string; json: unknown }, json: boolean | undefined) => void;

/**
 * The commands for a live bus; what does the work is loaded when it is asked for.
 * @param signing loads what signs and verifies, which the gateway's CA does
 */
export function addCommissioningCommands(program: Command, print: Print, signing: () => Promise<Signing>): void {
  onLine(program.command('scan').description('find who answers on a line: units, baud rates, parities, hosts'))
    .option('--units <list>', 'units to ask, as in 1-20,80 (default: 1-247; of a TCP host 1, 255, 0 and 2-10)')
    .option('--probe <register>', 'what is asked of each (default: holding:0)')
    .option('--pause <ms>', 'silence before each request besides t3.5, ms (default: 20)')
    .option('--no-identify', 'do not try which profiles fit those who answer')
    .addHelpText('after', example('jari scan --port /dev/ttyUSB0 --baud 9600,19200 --parity none,even --units 1-20'))
    .action(async ({ json, ...options }) => {
      const { runScan } = await import('./scan-command.ts');
      const { found, ...output } = await runScan({ ...options, language: languageOf(process.env) });
      print(output, json);
      if (found === 0) process.exitCode = 1;
    });
  onLine(program.command('read <what>').description('show registers, or a point, in every decoding'))
    .option('--unit <n>', "the device's unit id")
    .option('--profile <profile/point>', 'whose scale and range the values are held against')
    .option('--known <value>', 'what it should read by another instrument: ranks the decodings')
    .option('--tolerance <value>', 'how far from it still counts (default: 2 %, at least 0.5 of what is above 5)')
    .option('--times <n>', 'how often it is read, to see what moves (default: 3)')
    .option('--every <duration>', 'how long between reads (default: 500ms)')
    .addHelpText('after', example('jari read input:1+2 --unit 31 --port /dev/ttyUSB0 --known 21.4'))
    .action(async (target: string, { json, ...options }) => {
      const { runRead } = await import('./read-command.ts');
      const { failed, ...output } = await runRead({ target, ...options, language: languageOf(process.env) });
      print(output, json);
      if (failed) process.exitCode = 1;
    });
  addWriting(program, print);
  addListening(program, print);
  addProving(program, print, signing);
}

function addWriting(program: Command, print: Print): void {
  onLine(
    program.command('write <what> <value>').description('write a point or register, after a yes, and read it back'),
  )
    .option('--unit <n>', "the device's unit id")
    .option('--profile <profile/point>', 'what it is, where it is in no site file')
    .option('--type <type>', 'of registers without a profile (default: u16)')
    .option('--order <order>', 'ABCD, CDAB, BADC or DCBA (default: ABCD)')
    .option('--yes', 'do not ask')
    .addHelpText('after', example('jari write siren-b1/relay_3 on --site site.yaml'))
    .action(async (target: string, value: string, { json, ...options }) => {
      const { runWrite } = await import('./write-command.ts');
      const { failed, ...output } = await runWrite({ target, value, ...options, language: languageOf(process.env) });
      print(output, json);
      if (failed) process.exitCode = 1;
    });
  program
    .command('init')
    .description('write a site file of what a scan found')
    .requiredOption('--from <file>', 'what jari scan --json printed; - is stdin')
    .requiredOption('--out <file>', 'the site file; it must not be there yet')
    .option('--site-id <id>', "the site's id (default: my-site)")
    .option('--agent <id>', "this box's id (default: cabinet-1)")
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      example('jari scan --port /dev/ttyUSB0 --json > found.json; jari init --from found.json --out site.yaml'),
    )
    .action(async ({ json, ...options }) => {
      const { runInit } = await import('./init-command.ts');
      const { failed, ...output } = runInit({ ...options, language: languageOf(process.env) });
      print(output, json);
      if (failed) process.exitCode = 1;
    });
}

function addListening(program: Command, print: Print): void {
  onLine(program.command('sniff').description('decode what passes on a line; never sends'))
    .option('--for <duration>', 'how long (default: until Ctrl-C)')
    .option('--from <file>', 'a file of jari record in place of a line')
    .addHelpText('after', example('jari sniff --port /dev/ttyUSB0 --baud 9600 --for 30s'))
    .action(async ({ json, ...options }) => {
      const { runSniff } = await import('./sniff-command.ts');
      const say = (text: string) => void process.stdout.write(`${text}\n`);
      print(await runSniff({ ...options, json, language: languageOf(process.env) }, say), json);
    });
  onLine(program.command('record <file>').description("keep a bus's traffic in a file, with times"))
    .option('--for <duration>', 'how long (default: until Ctrl-C)')
    .option('--poll', "ask the devices of the site's bus in place of listening")
    .addHelpText('after', example('jari record line.jsonl --site site.yaml --bus cabinet-1/rs485-1 --poll --for 5m'))
    .action(async (file: string, { json, ...options }) => {
      const { runRecord } = await import('./record-command.ts');
      print(await runRecord({ file, ...options, language: languageOf(process.env) }), json);
    });
}

function addProving(program: Command, print: Print, signing: () => Promise<Signing>): void {
  onLine(program.command('prove <point>').description('work on a sensor, see that it answers, and keep that for ever'))
    .requiredOption('--stimulus <text>', 'what you do to it, such as "test gas 20 %LEL"')
    .requiredOption('--by <name>', 'who does it')
    .option('--expect <value>', 'the value it must reach (default: any step as large as --change)')
    .option('--tolerance <value>', 'how far from it still counts')
    .option('--change <value>', 'how large a step is an answer (default: 2 % of its range)')
    .option('--wait <duration>', 'how long it may take (default: 60s)')
    .option('--photo <file>', 'kept beside the log, under its hash')
    .option('--proofs <folder>', 'where the log is (default: ./run/proofs)')
    .addHelpText(
      'after',
      example('jari prove contacts-1/di_0 --site site.yaml --stimulus "test smoke" --by "H. Kim" --expect true'),
    )
    .action(async (target: string, { json, ...options }) => {
      const { runProve } = await import('./prove-command.ts');
      const { failed, ...output } = await runProve({ target, ...options, language: languageOf(process.env) });
      print(output, json);
      if (failed) process.exitCode = 1;
    });
  const handover = program.command('handover').description('the report of what was proved, signed, for paper');
  handover
    .command('make')
    .description('write the report: every point, proved or not')
    .requiredOption('--site <file>', 'site file')
    .requiredOption('--out <file>', 'the page (HTML); it must not be there yet')
    .requiredOption('--by <name>', 'who hands over')
    .option('--proofs <folder>', 'where the log is (default: ./run/proofs)')
    .option('--data <dir>', "the gateway's data folder, whose CA signs (default: ./run/gateway)")
    .option('--json', 'print the result as JSON')
    .addHelpText('after', example('jari handover make --site site.yaml --by "H. Kim" --out handover.html'))
    .action(async ({ json, ...options }) => {
      const { runHandover } = await import('./handover-command.ts');
      print(await runHandover({ ...options, language: languageOf(process.env) }, await signing()), json);
    });
  handover
    .command('verify <file>')
    .description('whether a report is as it was signed, or a log of proofs (.jsonl) as it was written')
    .option('--ca <file>', "the gateway's ca.crt, which must be the one that signed")
    .option('--json', 'print the result as JSON')
    .addHelpText('after', example('jari handover verify handover.html --ca run/gateway/ca/ca.crt'))
    .action(async (file: string, { json, ...options }) => {
      const { runVerify } = await import('./handover-command.ts');
      print(runVerify({ file, ...options, language: languageOf(process.env) }, await signing()), json);
    });
}

function onLine(command: Command): Command {
  return command
    .option('--port <path>', 'a serial port')
    .option('--tcp <host:port...>', 'Modbus TCP; scan takes several')
    .option('--converter <host:port>', 'RTU over TCP: a serial line behind a converter')
    .option('--site <file>', 'site file, in place of these')
    .option('--bus <agent/bus>', 'which bus of the site')
    .option('--ports <file>', "virtual lines in place of the site's: the ports.json that jari simulate writes")
    .option('--baud <list>', 'baud rates, as in 9600,19200')
    .option('--parity <list>', 'none, even, odd')
    .option('--stop-bits <list>', '1, 2')
    .option('--timeout <duration>', 'how long a reply may take (default: 250ms on a line, 1s on a network)')
    .option('--beside', 'ask a host although this machine has a connection to it already')
    .option('--json', 'print the result as JSON');
}

function example(text: string): string {
  return `\nExample:\n  ${text}`;
}
