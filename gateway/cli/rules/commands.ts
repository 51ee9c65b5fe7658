import type { Command } from 'commander';
import type { Output } from '../output.ts';

type Print = (output: Output, json: boolean | undefined) => void;

/** What concerns the rules of a site. */
export function addRuleCommands(program: Command, print: Print): void {
  const rules = program.command('rules').description('what a site is watched for');
  rules
    .command('list')
    .description('list the rules of a site, one for each alert subject')
    .requiredOption('--site <file>', 'site file')
    .option('--json', 'print the result as JSON')
    .action(async ({ json, site }) => print((await import('./list.ts')).runRulesList(site), json));
  rules
    .command('try [file]')
    .description(
      'what a rule would have said of a recording (CSV), or of what the gateway stored, and what a change makes of it',
    )
    .requiredOption(
      '--rule <id>',
      'a rule of the site, such as hanbit/gas-lel; without --site a ready rule, such as gas-lel',
    )
    .option('--site <file>', 'site file')
    .option('--data <dir>', "the gateway's data folder (default: ./run/gateway); nothing in it is changed")
    .option('--set <setting...>', 'a setting of its condition to try, such as levels.주의.above=8 or onDelay=10s')
    .option('--time <column>', 'the column of a recording that holds the time')
    .option('--value <column...>', 'the column that holds the value; of several points device/point=COLUMN')
    .option('--from <time>', 'from then on, such as 2026-11-21')
    .option('--to <time>', 'until then')
    .option('--timezone <zone>', "of times without a zone, such as Asia/Seoul (default: the site's)")
    .option('--json', 'print the result as JSON')
    .action(async (file: string | undefined, { json, ...options }) => {
      const { runRulesTry } = await import('./try.ts');
      const from = file === undefined ? {} : { file };
      const output = await runRulesTry({ ...options, ...from, progress: progressOn(process.stderr) });
      print(output, json);
    });
}

/** One line that counts up on a terminal; each tenth elsewhere. Nothing of what takes less than a second. */
export function progressOn(stream: NodeJS.WriteStream): (share: number) => void {
  const begun = performance.now();
  let said = 0;
  return (share) => {
    const percent = Math.floor(share * 100);
    if (performance.now() - begun < 1000 || percent <= said) return;
    if (stream.isTTY) stream.write(`\r${percent} %${percent === 100 ? '\n' : ''}`);
    else if (Math.floor(percent / 10) > Math.floor(said / 10)) stream.write(`${percent} %\n`);
    said = percent;
  };
}
