import type { Command } from 'commander';
import type { Output } from '../output.ts';
import { progressOn } from '../rules/commands.ts';

type Print = (output: Output, json: boolean | undefined) => void;

/** What concerns the forecast of structural points. */
export function addForecastCommands(program: Command, print: Print): void {
  const forecast = program.command('forecast').description('what the record of structural points lets expect');
  forecast
    .command('import <file>')
    .description('give points a past that was recorded elsewhere (CSV); the gateway has to be stopped')
    .requiredOption('--site <file>', 'site file')
    .requiredOption('--time <column>', "the column that holds the time; without a zone it is the site's")
    .option('--value <column...>', 'device/point=COLUMN; without it, every column that is called device/point')
    .option('--data <dir>', "the gateway's data folder (default: ./run/gateway)")
    .option('--simulated', 'it is no record of anything real')
    .option('--why <text>', 'the reason, for the audit')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, { json, ...options }) =>
      print(await (await import('./import.ts')).runForecastImport({ file, ...options }), json),
    );
  forecast
    .command('try <file>')
    .description('what would have been forecast of a recording (CSV), and when')
    .requiredOption('--time <column>', 'the column that holds the time')
    .requiredOption('--value <column>', 'the column that holds the value')
    .requiredOption('--unit <unit>', 'the unit of its values, such as mm')
    .option('--temperature <column>', 'the column that holds the air temperature, °C')
    .option('--high <value>', 'a limit that it may rise to')
    .option('--low <value>', 'a limit that it may fall to')
    .option(
      '--timezone <zone>',
      'whose days are judged, and of times without a zone, such as Asia/Seoul (default: UTC days)',
    )
    .option('--block <duration>', 'judged once in each such time, such as 24h or 24s (default: by its own pace)')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, { json, ...options }) => {
      const { runForecastTry } = await import('./try.ts');
      print(runForecastTry({ file, ...options, progress: progressOn(process.stderr) }), json);
    });
}
