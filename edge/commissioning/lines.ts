import { resolve } from 'node:path';
import { problemLine } from '../../config/files/problem.ts';
import { loadSite } from '../../config/load-site.ts';
import {
  type AgentConfig,
  type BusConfig,
  type BusLink,
  isModbusBus,
  isMqttBus,
  type LineSetting,
  type Site,
  type TalkerBusConfig,
} from '../../config/site.ts';
import { tryDuration } from '../../contract/duration.ts';
import { InputError } from '../../contract/input-error.ts';
import { type CommissioningReason, commissioningText } from '../../contract/words/commissioning.ts';
import type { Language } from '../../contract/words/language.ts';
import { onVirtualLines } from '../box/ports-file.ts';
import { hostIn, numbersIn, wordsIn } from './lists.ts';

/** How a person says which line a command works on; as typed. */
export type LineOptions = {
  readonly port?: string;
  readonly tcp?: readonly string[];
  readonly converter?: string;
  readonly site?: string;
  /** `AGENT/BUS` of the site file. */
  readonly bus?: string;
  /** Virtual lines in place of the site's. */
  readonly ports?: string;
  readonly baud?: string;
  readonly parity?: string;
  readonly stopBits?: string;
  readonly timeout?: string;
  /** Other connections to the host do not matter. */
  readonly beside?: boolean;
  readonly language: Language;
};

/** One line with one setting. `config` is the site's own word on it, where there is one. */
export type Line = {
  /** As people say it: `/dev/ttyUSB0 9600 8N1`, `192.168.0.20:502`. */
  readonly name: string;
  readonly link: BusLink;
  readonly timeoutMs: number;
  readonly config: BusConfig | null;
};

export const usualLine: LineSetting = { baudRate: 9600, parity: 'none', stopBits: 1 };
const parities = ['none', 'even', 'odd'] as const;

/** Throws what a person gave wrong, in his language. */
export function refuse(reason: CommissioningReason, language: Language): never {
  throw new InputError([commissioningText(reason)[language]]);
}

/** A parsed value, or the refusal. */
export function given<T>(
  parsed: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: CommissioningReason },
  language: Language,
): T {
  return parsed.ok ? parsed.value : refuse(parsed.reason, language);
}

/**
 * Every line with every setting that the options name, the first settings first.
 * @param usual settings of a serial line where none are given
 * @throws InputError
 */
export function linesOf(options: LineOptions, usual: readonly LineSetting[] = [usualLine]): readonly Line[] {
  const { language } = options;
  const timeoutMs = options.timeout === undefined ? undefined : durationIn(options.timeout, language);
  const line = (link: BusLink, config: BusConfig | null = null): Line => ({
    name: lineName(link),
    link,
    timeoutMs: timeoutMs ?? config?.timeoutMs ?? (link.kind === 'modbus-rtu' ? serialTimeoutMs : networkTimeoutMs),
    config,
  });
  if (options.site !== undefined) {
    const { config } = siteBus(options);
    const asked = settingsOf(options, config.link.kind === 'modbus-tcp' ? [] : [config.link]);
    if (config.link.kind === 'modbus-tcp') return [line(config.link, config)];
    const { link } = config;
    return asked.map((setting) => line({ ...link, ...settingOf(setting) }, config));
  }
  const { port, converter } = options;
  const settings = settingsOf(options, usual);
  if (port !== undefined)
    // Whole, as a site file wants it: `jari init` takes it from a scan.
    return settings.map((setting) =>
      line({ kind: 'modbus-rtu', timing: 'economical', port: resolve(port), ...setting }),
    );
  if (converter !== undefined) {
    const place = given(hostIn(converter, '--converter'), language);
    return settings.map((setting) => line({ kind: 'modbus-rtu-over-tcp', ...place, ...setting }));
  }
  const hosts = (options.tcp ?? []).flatMap((text) => text.split(','));
  if (hosts.length === 0) return refuse({ code: 'which-line' }, language);
  return hosts.map((text) => line({ kind: 'modbus-tcp', ...given(hostIn(text, '--tcp'), language) }));
}

/** The one line that the options name. @throws InputError */
export function oneLineOf(options: LineOptions): Line {
  const lines = linesOf(options);
  const [line] = lines;
  if (line === undefined || lines.length > 1)
    return refuse({ code: 'one-line', count: lines.length }, options.language);
  return line;
}

/** The bus of a site file that the options name, on its virtual line where one is given. @throws InputError */
export function siteBus(options: LineOptions): { site: Site; agent: AgentConfig; config: BusConfig } {
  const { site, agent, bus } = siteAnyBus(options);
  if (!isModbusBus(bus)) return refuse({ code: 'talker-bus', bus: `${agent.id}/${bus.id}` }, options.language);
  return { site, agent, config: bus };
}

/** The same of any bus. @throws InputError */
export function siteAnyBus(options: LineOptions) {
  const { bus = '', language } = options;
  const site = siteIn(options.site ?? '', language);
  const all = site.agents.flatMap((agent) => agent.buses.map((each) => ({ agent, id: each.id })));
  const found = all.find(({ agent, id }) => `${agent.id}/${id}` === bus);
  const known = all.map(({ agent, id }) => `${agent.id}/${id}`).join(', ');
  if (found === undefined) return refuse({ code: 'bus-form', given: bus, known }, language);
  // The other lines of its agent are nobody's business here.
  const alone = { ...found.agent, buses: found.agent.buses.filter(({ id }) => id === found.id) };
  const agent = options.ports === undefined ? alone : onVirtualLines(alone, options.ports);
  const [own] = agent.buses;
  if (own === undefined) return refuse({ code: 'bus-form', given: bus, known }, language);
  if (isMqttBus(own)) return refuse({ code: 'broker-bus', bus }, language);
  return { site, agent, bus: own };
}

/** @throws InputError */
export function siteIn(file: string, language: Language): Site {
  const loaded = loadSite(file);
  if (loaded.ok) return loaded.site;
  throw new InputError(
    loaded.problems.filter(({ severity }) => severity === 'error').map((problem) => problemLine(problem, language)),
  );
}

/** `9600 8N1`. */
export function settingName({ baudRate, parity, stopBits }: LineSetting): string {
  return `${baudRate} 8${parity === 'none' ? 'N' : parity === 'even' ? 'E' : 'O'}${stopBits}`;
}

/** A bus with a wire of its own. */
export type WireBus = BusConfig | TalkerBusConfig;

export function lineName(link: WireBus['link']): string {
  if (link.kind === 'modbus-rtu' || link.kind === 'serial') return `${link.port} ${settingName(link)}`;
  const where = `${link.host}:${link.port}`;
  return link.kind === 'modbus-tcp' ? where : `${where} ${settingName(link)}`;
}

function settingOf({ baudRate, parity, stopBits }: LineSetting): LineSetting {
  return { baudRate, parity, stopBits };
}

function settingsOf(options: LineOptions, usual: readonly LineSetting[]): readonly LineSetting[] {
  const { baud, parity, stopBits, language } = options;
  if (baud === undefined && parity === undefined && stopBits === undefined) return usual.map(settingOf);
  const rates = baud === undefined ? unique(usual.map(({ baudRate }) => baudRate)) : ratesIn(baud, language);
  const kinds = parity === undefined ? unique(usual.map((one) => one.parity)) : paritiesIn(parity, language);
  const stops = stopBits === undefined ? ([1] as const) : stopsIn(stopBits, language);
  return kinds.flatMap((kind) =>
    rates.flatMap((baudRate) => stops.map((stop) => ({ baudRate, parity: kind, stopBits: stop }))),
  );
}

function ratesIn(text: string, language: Language): readonly number[] {
  return given(numbersIn(text, { option: '--baud', least: 300, most: 1_000_000, example: '9600,19200' }), language);
}

function paritiesIn(text: string, language: Language) {
  return given(wordsIn(text, { option: '--parity', words: parities }), language);
}

function stopsIn(text: string, language: Language): readonly (1 | 2)[] {
  const words = given(wordsIn(text, { option: '--stop-bits', words: ['1', '2'] as const }), language);
  return words.map((word) => (word === '1' ? 1 : 2));
}

/** @throws InputError */
export function durationIn(text: string, language: Language, option = '--timeout'): number {
  const ms = tryDuration(text);
  return ms === undefined || ms <= 0
    ? refuse({ code: 'list-form', option, given: text, example: '300ms' }, language)
    : ms;
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}

const serialTimeoutMs = 250;
const networkTimeoutMs = 1000;
