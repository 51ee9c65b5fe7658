import type { Command } from 'commander';
import type { Output } from '../output.ts';

type Print = (output: Output, json: boolean | undefined) => void;

/** What concerns the forecast of structural points. */
export function addForecastCommands(program: Command, print: Print): void {
  const forecast = program.command('forecast').description('what the record of structural points lets expect');
  forecast
    .command('import <file>')
    .description('give points a past that was recorded elsewhere (CSV); the gateway has to be stopped')
    .requiredOption('--site <file>', 'site file')
    .requiredOption('--time <column>', 'the column that holds the time')
    .option('--value <column...>', 'device/point=COLUMN; without it, every column that is called device/point')
    .option('--data <dir>', "the gateway's data folder (default: ./run/gateway)")
    .option('--simulated', 'it is no record of anything real')
    .option('--why <text>', 'the reason, for the audit')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, { json, ...options }) =>
      print(await (await import('./import.ts')).runForecastImport({ file, ...options }), json),
    );
}
