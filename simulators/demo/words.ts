import type { Site } from '../../config/site.ts';
import type { Death } from './child.ts';

/** What the demo says to the person at the terminal, in Korean and in English. */

export type Running = {
  site: Site;
  http: string;
  mqtt: string;
  user: string;
  password: string;
  tokenFile: string;
  logs: string;
};

export function greeting(site: Site): string {
  return line(`자리 데모 · Jari demo: ${site.name.ko} · ${site.name.en}`);
}

export function portTaken(what: 'MQTT' | 'HTTP', { wanted, got }: { wanted: number; got: number }): string {
  return line(
    `${what} 포트 ${wanted}번은 사용 중이어서 ${got}번을 씁니다.`,
    `${what} port ${wanted} is taken; using ${got}.`,
  );
}

export function leftoversEnded(count: number): string {
  return line(
    `이전 데모가 남긴 프로세스 ${count}개를 끝냈습니다.`,
    `Ended ${count} processes that an earlier demo had left behind.`,
  );
}

export function running({ site, http, mqtt, user, password, tokenFile, logs }: Running): string {
  const buses = site.agents.reduce((sum, agent) => sum + agent.buses.length, 0);
  const agents = site.agents.map(({ id }) => id).join(', ');
  return line(
    '',
    `실행 중 · Running    jari simulate (${buses} buses), jari gateway (${mqtt}), jari edge (${agents})`,
    `화면 · Open          ${http}`,
    `로그인 · Sign in     ${user}  /  ${password}`,
    `API 토큰 · Token     ${tokenFile}`,
    `기록 · Logs          ${logs}`,
    '끝내기 · Stop        Ctrl-C',
    '',
  );
}

export function allGood(count: number, seconds: number): string {
  const s = seconds.toFixed(1);
  return line(`장치 ${count}대가 ${s}초 만에 모두 정상입니다.`, `all ${count} devices good after ${s} s`);
}

export function notYetGood(seconds: number, waiting: readonly string[]): string {
  return line(
    `${seconds}초가 지났지만 아직 정상이 아닌 장치가 있습니다:`,
    `after ${seconds} s these devices are not good yet:`,
    ...waiting.map((each) => `  ${each}`),
  );
}

export function died({ name, how, lastLines, log, nextMs }: Death & { nextMs: number }): string {
  return line(
    `${name} 프로세스가 끝나서 (${how}) ${nextMs / 1000}초 뒤에 다시 시작합니다. 기록: ${log}`,
    `${name} ended (${how}); it starts again in ${nextMs / 1000} s. Its log: ${log}`,
    ...lastLines.map((each) => `  ${each}`),
  );
}

export function stillWaiting(of: { name: string; waitedMs: number; lastLine: string }): string {
  const s = Math.round(of.waitedMs / 1000);
  return line(
    `${of.name} 프로세스가 준비되기를 ${s}초째 기다리고 있습니다.`,
    `waiting for ${of.name} to be ready, for ${s} s so far`,
    ...(of.lastLine === '' ? [] : [`  ${of.lastLine}`]),
  );
}

/** As the problems of an InputError. */
export function neverReady(of: { name: string; idleMs: number; waitedMs: number; log: string }): string[] {
  const [waited, idle] = [of.waitedMs, of.idleMs].map((ms) => Math.round(ms / 1000));
  return [
    `${of.name} is not ready after ${waited} s, and has done nothing for the last ${idle} s; its log is ${of.log}`,
  ];
}

/** As the problems of an InputError. */
export function diedAtStart({ name, how, lastLines, log }: Death): string[] {
  return [
    `${name} ended before it was ready (${how}); its log is ${log} and ends with:`,
    ...lastLines.map((l) => `  ${l}`),
  ];
}

export function stopping(): string {
  return line('', '끝내는 중입니다 … · Stopping …');
}

export function stopped(seconds: number): string {
  return line(`모두 끝났습니다 (${seconds.toFixed(1)}초). · All stopped (${seconds.toFixed(1)} s).`);
}

function line(...lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
