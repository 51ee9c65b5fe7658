import type { DeviceId, PointName } from '../../contract/ids.ts';
import type { DiagnosisMessage } from '../../contract/messages.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { describeFrame } from '../../devices/modbus/describe.ts';
import { registersOf } from '../../devices/profile.ts';
import type { FrameTape } from '../bus/frame-tape.ts';
import type { Answer, Answers } from './answers.ts';

/** What a device's frames and registers looked like at a fault. */
export type Evidence = Pick<DiagnosisMessage, 'frames' | 'registers'>;

/** Something went wrong with a device, or it is right again (reason null); `look` gathers what is to be seen of it. */
export type Trouble = { readonly device: DeviceId; readonly reason: DeviceReason | null; look(): Evidence };

const mostHex = 1024;
const tables = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' } as const;

export function evidenceOf(
  tape: Pick<FrameTape, 'framing' | 'framesOf'> | undefined,
  unit: number,
  answers: Answers,
): Evidence {
  const taped = tape?.framesOf(unit) ?? [];
  const framing = tape?.framing ?? 'rtu';
  return {
    frames: taped.map(({ at, dir, bytes }) => ({
      at,
      dir,
      hex: hexOf(bytes),
      decoded: describeFrame(bytes, { framing, dir }),
    })),
    registers: [...answers].flatMap(registersOfPoint),
  };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, mostHex / 2)).toString('hex');
}

function registersOfPoint([point, { range, reply }]: [PointName, Answer]): Evidence['registers'] {
  return range.points
    .filter(({ name }) => name === point)
    .map(({ profile }) => {
      const from = profile.address - range.address;
      const words =
        reply.kind === 'bits'
          ? reply.bits.slice(from, from + 1).map(Number)
          : [...reply.words.slice(from, from + registersOf(profile))];
      return { point, table: tables[range.fn], address: profile.address, words };
    });
}
