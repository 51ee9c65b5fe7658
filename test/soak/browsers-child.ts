import { launch } from '../web/browser.ts';
import { cookieOf } from '../web/people-browser.ts';
import { startedBy } from './process-cpu.ts';

/**
 * Browsers in a process of their own: `browsers-child.ts URL COOKIE COUNT` starts so many, each with one page, and stops all processes of
 * each as soon as its page is live: together they would take more than a machine has. It prints a line for each; ends with its standard input.
 */
const [url = '', cookie = '', count = '1'] = process.argv.slice(2);
const stopped: number[] = [];

// A browser that is stopped hears nothing, and one that goes on would first catch up.
process.stdin.resume().on('end', () => {
  for (const pid of stopped) process.kill(pid, 'SIGKILL');
  process.exit(0);
});
for (let nth = 0; nth < Number(count); nth += 1) {
  const browser = await launch();
  const context = await browser.newContext({ locale: 'ko-KR', viewport: { width: 1280, height: 900 } });
  await context.addCookies([cookieOf(cookie, url)]);
  const page = await context.newPage();
  await page.goto(`${url}/devices`);
  await page.locator('body[data-link=live]').waitFor({ timeout: 120_000 });
  const own = under(process.pid).filter((pid) => !stopped.includes(pid));
  for (const pid of own) process.kill(pid, 'SIGSTOP');
  stopped.push(...own);
  console.log(nth);
}

function under(pid: number): number[] {
  return startedBy(pid).flatMap((each) => [each, ...under(each)]);
}
