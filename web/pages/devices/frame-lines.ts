import type { DiagnosisItem } from '../../../contract/http/live.ts';

type Frame = DiagnosisItem['frames'][number];

/** A line of the table of frames; `none` stands where a request got no answer. */
export type FrameLine = {
  readonly at: string;
  readonly dir: 'tx' | 'rx' | 'none';
  readonly hex: string;
  readonly decoded: string;
};

/** Frames with their bytes apart, and a line of its own where nothing came back. Pure. */
export function frameLines(frames: readonly Frame[]): FrameLine[] {
  return frames.flatMap((frame, n): FrameLine[] => {
    const line = { ...frame, hex: spaced(frame.hex) };
    const isUnanswered = frame.dir === 'tx' && frames[n + 1]?.dir !== 'rx';
    return isUnanswered ? [line, { at: frame.at, dir: 'none', hex: '', decoded: '' }] : [line];
  });
}

function spaced(hex: string): string {
  return hex.match(/.{1,2}/g)?.join(' ') ?? '';
}
