import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { shared } from '../needs.ts';

/** One row of a table with a header line, by column. */
export type Row = Readonly<Record<string, string>>;

/** The rows of a comma-separated file of the shared folder, unpacked if need be. No field of those files has a comma. */
export function readTable(path: string): Row[] {
  const [header = '', ...lines] = readBytes(path).toString('utf8').trimEnd().split(/\r?\n/);
  const columns = header.split(',');
  return lines.map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(columns.map((column, i) => [column, fields[i] ?? '']));
  });
}

/** One packet that carries TCP payload. `number` counts every packet of the file from 1. */
export type Segment = { number: number; flow: string; seq: number; payload: Uint8Array };

/** TCP payloads of a classic little-endian pcap of Ethernet and IPv4, in order of capture. */
export function readSegments(path: string): Segment[] {
  const bytes = readBytes(path);
  if (bytes.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error(`${path}: not a classic little-endian pcap`);
  const segments: Segment[] = [];
  for (let at = 24, number = 1; at < bytes.length; number++) {
    const length = bytes.readUInt32LE(at + 8);
    const segment = segmentOf(bytes.subarray(at + 16, at + 16 + length), number);
    if (segment !== undefined) segments.push(segment);
    at += 16 + length;
  }
  return segments;
}

function segmentOf(packet: Buffer, number: number): Segment | undefined {
  const ip = packet.subarray(14);
  const tcp = ip.subarray(((ip[0] ?? 0) & 15) * 4, ip.readUInt16BE(2));
  const payload = tcp.subarray(((tcp[12] ?? 0) >> 4) * 4);
  if (packet.readUInt16BE(12) !== 0x0800 || ip[9] !== 6 || payload.length === 0) return undefined;
  const flow = `${ip.toString('hex', 12, 20)} ${tcp.readUInt16BE(0)}-${tcp.readUInt16BE(2)}`;
  return { number, flow, seq: tcp.readUInt32BE(4), payload };
}

function readBytes(path: string): Buffer {
  const bytes = readFileSync(join(shared, path));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
