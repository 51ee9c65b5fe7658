import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { VirtualBoxes } from '../contract/virtual-box.ts';

/** `box.json` beside `ports.json`: how the boxes fare that read this field. Appears whole or not at all. */
export function writeBoxes(file: string, boxes: VirtualBoxes): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(boxes, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function removeBoxes(file: string): void {
  rmSync(file, { force: true });
}
