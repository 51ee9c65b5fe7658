import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { compileParser } from '../contract/compiled.ts';

const portsSchema = z.object({
  buses: z.record(
    z.string(),
    z.union([z.strictObject({ port: z.string() }), z.strictObject({ host: z.string(), port: z.int() })]),
  ),
});

/** What `ports.json` says: how to reach each bus's virtual line, by `agent/bus`. */
export type Ports = z.infer<typeof portsSchema>;

const readPorts = compileParser(portsSchema);

/** Undefined when there is none, or it is not one. */
export function tryPorts(file: string): Ports | undefined {
  try {
    const parsed = readPorts(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}

/** Appears whole or not at all. */
export function writePorts(file: string, ports: Ports): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(ports, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function removePorts(file: string): void {
  rmSync(file, { force: true });
}
