import type { TimeState } from '../../contract/http/common.ts';
import type { FaultCode, Value } from '../../contract/reading.ts';
import { Chunks } from './chunks.ts';
import { eachSample } from './columns.ts';
import type { Database } from './database.ts';
import { eachRow } from './message-body.ts';
import { MessageLog } from './message-log.ts';
import { readingTime } from './reading-time.ts';
import { faultOf } from './values.ts';

/** A reading and who said it. `at`: epoch ms; of one without a time when it was received. */
export type StoredRow = {
  readonly site: string;
  readonly agent: string;
  readonly epoch: string;
  readonly start: number;
  readonly device: string;
  readonly point: string;
  readonly seq: number;
  readonly at: number;
  readonly time: TimeState;
  readonly value: Value;
  readonly fault: FaultCode | null;
};

/** Every reading from `from` on and before `to` as its agent sent it, sealed or not; in no order. */
export function storedRows(db: Database, { from, to }: { from: number; to: number }): StoredRow[] {
  const epochs = new Map(
    db
      .prepare<[], { id: number; epoch: string; start: number; agent: string; site: string }>(
        `SELECT epochs.id, epochs.name AS epoch, start, agents.name AS agent, sites.name AS site
         FROM epochs JOIN agents ON agents.id = agent JOIN sites ON sites.id = agents.site`,
      )
      .all()
      .map((row) => [row.id, row]),
  );
  const points = new Map(
    db
      .prepare<[], { id: number; device: string; point: string }>(
        'SELECT points.id, devices.name AS device, points.name AS point FROM points JOIN devices ON devices.id = device',
      )
      .all()
      .map((row) => [row.id, row]),
  );
  const found: StoredRow[] = [];
  const add = (point: number, row: Pick<StoredRow, 'seq' | 'at' | 'time' | 'value' | 'fault'> & { epoch: number }) => {
    if (row.at < from || row.at >= to) return;
    const [said, of] = [epochs.get(row.epoch), points.get(point)];
    if (said === undefined || of === undefined) return;
    const { site, agent, epoch, start } = said;
    found.push({ ...row, site, agent, epoch, start, device: of.device, point: of.point });
  };
  const log = new MessageLog(db);
  for (const message of everyMessage(log)) {
    const { epoch, seq } = message;
    eachRow(message.body, (point, _late, dt, value, faultNumber) => {
      const { at, time } = readingTime(message, dt, message.receivedAt);
      add(point, { epoch, seq, at: at ?? message.receivedAt, time, value, fault: faultOf(faultNumber) });
    });
  }
  const chunks = new Chunks(db);
  for (const span of chunks.spans(from, to)) {
    for (const point of points.keys()) {
      for (const { time, columns } of chunks.each(point, span))
        eachSample(columns, (at, value, fault, epoch, seq) => add(point, { epoch, seq, at, time, value, fault }));
    }
  }
  return found;
}

function* everyMessage(log: MessageLog) {
  for (let after = 0; ; ) {
    const page = log.after(after, 500);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
