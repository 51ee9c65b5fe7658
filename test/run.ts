import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './needs.ts';

/**
 * Runs the tests and ends with the one line that anything reading the output can rely on: `N passed, N failed`.
 * Arguments go to vitest, so `npm test -- test/devices` runs a part.
 */

type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numFailedTestSuites: number;
  success: boolean;
};

const dir = mkdtempSync(join(tmpdir(), 'jari-test-'));
const reportFile = join(dir, 'report.json');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const args = [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${reportFile}`,
  ...process.argv.slice(2),
];

const code = await new Promise<number>((resolve) => {
  const child = spawn(process.execPath, [vitest, ...args], { cwd: root, stdio: 'inherit' });
  child.on('exit', (exitCode) => resolve(exitCode ?? 1));
});
const report = tryReport();
rmSync(dir, { recursive: true, force: true });

// A test file that does not load counts no test: it must still show as a failure.
const failed = report === undefined ? 1 : Math.max(report.numFailedTests, report.success ? 0 : 1);
const skipped = report !== undefined && report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : '';
console.log(`${report?.numPassedTests ?? 0} passed, ${failed} failed${skipped}`);
process.exitCode = code === 0 && failed === 0 && (report?.numPassedTests ?? 0) > 0 ? 0 : 1;

function tryReport(): Report | undefined {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}
