import type { Words } from '../words.ts';
import { durationText, percentText } from './text.ts';

type Table = { readonly [code: string]: (figures: never) => Words };
/** `what`: the change in English words, `ko` in Korean (load-help.ts); shares are 0–1. */
type Help = { readonly what: string; readonly ko: string; readonly share: number };
type Load = {
  readonly share: number;
  readonly baudRate: number | null;
  readonly device: string;
  readonly deviceShare: number;
};

/** Buses whose reads do not fit their wire, or hardly. */
export const loadWords = {
  'frames-over-wire': ({ share, baudRate, device, deviceShare }: Load) => ({
    ko: `센서 프레임이 ${baudRate} baud의 ${percentText(share)}를 차지함(${device} ${percentText(deviceShare)}): 센서가 되면 baudRate를 올리거나 일부를 다른 회선으로 옮김`,
    en: `the frames of this bus take ${percentText(share)} of what ${baudRate} baud can carry, of which ${device} ${percentText(deviceShare)}; raise baudRate, if the sensors can be set to it, or give some a line of their own`,
  }),
  'reads-over-wire': ({ share, baudRate, device, deviceShare, help }: Load & { readonly help: Help | null }) => ({
    ko: `읽기가 ${baudRate === null ? 'TCP 회선' : `${baudRate} baud`}의 ${percentText(share)}를 차지함(${device} ${percentText(deviceShare)}): ${help === null ? '덜 자주 읽음(every)' : `가장 효과가 큰 것은 ${help.ko}: ${Math.round(share * 100)} → ${percentText(help.share)}`}`,
    en: `the reads of this bus take ${percentText(share)} of what ${baudRate === null ? 'a TCP bus' : `${baudRate} baud`} can carry, of which ${device} ${percentText(deviceShare)}; ${help === null ? 'read less often (every)' : `what would help most is ${help.what}: ${Math.round(share * 100)} → ${percentText(help.share)}`}`,
  }),
  'timeout-below-turnaround': ({ turnaroundMs, timeoutMs }: { turnaroundMs: number; timeoutMs: number }) => ({
    ko: `응답이 ${turnaroundMs} ms 뒤에 시작되는데 timeoutMs는 ${timeoutMs}임: timeoutMs를 ${turnaroundMs}보다 크게 올리거나 turnaround를 바로잡음`,
    en: `it begins to answer after ${turnaroundMs} ms, and timeoutMs is ${timeoutMs}; raise timeoutMs above ${turnaroundMs}, or correct turnaround`,
  }),
  'alike-replies-late': ({
    timeoutMs,
    range,
    everyMs,
    missed,
    profile,
  }: {
    readonly timeoutMs: number;
    readonly range: string;
    readonly everyMs: number;
    readonly missed: number;
    readonly profile: string;
  }) => ({
    ko: `응답 길이가 같은 구간들을 ${timeoutMs} ms 간격으로 읽어 ${durationText(everyMs)}마다 읽을 ${range}의 차례 중 ${percentText(missed)}를 놓침: 덜 자주 읽거나(every) timeoutMs를 낮추거나 장치 종류 ${profile}에 한 요청으로 읽을 범위(readable)를 명시`,
    en: `its ranges have replies of equal length and follow each other ${timeoutMs} ms apart, so ${range}, due every ${durationText(everyMs)}, misses ${percentText(missed)} of its turns; read it less often (every), lower timeoutMs, or say in the profile ${profile} what may be read in one request (readable)`,
  }),
} satisfies Table;
