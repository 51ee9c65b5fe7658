import { qualityOf } from '../../contract/reading.ts';
import { isoOf } from '../store/iso-time.ts';
import type { Run } from '../store/runs.ts';
import { faultOf } from '../store/values.ts';

/** Of the text in one piece of memory. What is shorter than 128 KiB the allocator keeps when it is no longer used, see deploy/README.md. */
const pieceBytes = 256 * 1024;
/** Of UTF-8, for one of a string. */
const bytesPerUnit = 3;

/**
 * The body of a page of readings, as its schema says it, in the steps in which they are found: making the text of thousands
 * at once, and checking each against the schema before, would hold up everything else.
 */
export function* readingsText(
  { point, unit }: { point: string; unit: string | null },
  page: Generator<Run | null, string | null>,
): Generator<void, Buffer[]> {
  const text = new Pieces();
  text.add(`{"point":${JSON.stringify(point)},"unit":${JSON.stringify(unit)},"items":[`);
  let separator = '';
  for (;;) {
    const step = page.next();
    if (step.done === true) {
      text.add(`],"next":${JSON.stringify(step.value)}}`);
      return text.all();
    }
    const run = step.value;
    for (let i = run?.from ?? 0; run !== null && i < run.to; i++) {
      text.add(`${separator}${textOf(run, i)}`);
      separator = ',';
    }
    yield;
  }
}

/** Text in a few large pieces of memory: strings of thousands of readings would wait for the next whole collection. */
class Pieces {
  readonly #full: Buffer[] = [];
  #last = Buffer.allocUnsafeSlow(pieceBytes);
  #length = 0;

  add(text: string): void {
    const most = text.length * bytesPerUnit;
    if (this.#length + most > this.#last.length) {
      this.#full.push(this.#last.subarray(0, this.#length));
      this.#last = Buffer.allocUnsafeSlow(Math.max(pieceBytes, most));
      this.#length = 0;
    }
    this.#length += this.#last.write(text, this.#length);
  }

  all(): Buffer[] {
    return [...this.#full, this.#last.subarray(0, this.#length)];
  }
}

function textOf({ columns, time }: Run, i: number): string {
  const value = columns.values[i] ?? null;
  const fault = faultOf(columns.faults[i] ?? 0);
  const at = time === 'none' ? 'null' : `"${isoOf(columns.t[i] ?? 0)}"`;
  const said = typeof value === 'string' ? JSON.stringify(value) : `${value}`;
  const why = fault === null ? 'null' : `"${fault}"`;
  return `{"at":${at},"value":${said},"quality":"${qualityOf(value, fault)}","fault":${why},"seq":${columns.seq[i] ?? 0},"time":"${time}"}`;
}
