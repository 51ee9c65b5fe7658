import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { PhotoItem } from '../../../contract/http/answers.ts';
import type { AuditSink, Said } from '../../audit/entry.ts';
import type { Database } from '../../store/database.ts';
import { isoOf } from '../../store/iso-time.ts';
import { type Migration, migrate } from '../../store/migrations.ts';
import type { Stripped } from './strip.ts';

const steps: readonly Migration[] = [
  `
  CREATE TABLE alert_photos (
    alert TEXT NOT NULL, id TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (alert, id)) STRICT;
  `,
];

const rowSchema = z.object({
  id: z.string(),
  by: z.string(),
  at: z.int(),
  type: z.enum(['image/jpeg', 'image/png']),
  width: z.int(),
  height: z.int(),
  size: z.int(),
});

export type Photo = { readonly type: Stripped['type']; readonly bytes: Uint8Array };

/** Of one alert. With 2 MB each this bounds what a report weighs. */
export const maxPhotos = 10;

export type PhotosOptions = {
  readonly db: Database;
  readonly audit: AuditSink;
  /** One transaction. */
  commit<T>(work: () => T): T;
  now(): number;
};

/** Photos of what was done about an alert. One that was sent twice is kept once: its id is the hash of what is kept. */
export class Photos {
  readonly #options: PhotosOptions;
  readonly #sql: ReturnType<typeof statements>;

  constructor(options: PhotosOptions) {
    this.#options = options;
    migrate(options.db, 'alert-photos', steps);
    this.#sql = statements(options.db);
  }

  add(said: Said, { site, alert }: { site: string; alert: string }, photo: Stripped): PhotoItem | 'too-many' {
    const { commit, audit, now } = this.#options;
    const sha256 = createHash('sha256').update(photo.bytes).digest('hex');
    const id = sha256.slice(0, 32);
    const there = this.of(alert);
    const before = there.find((one) => one.photo === id);
    if (before !== undefined) return before;
    if (there.length >= maxPhotos) return 'too-many';
    const { type, width, height, bytes } = photo;
    commit(() => {
      this.#sql.add.run(alert, id, said.by, now(), type, width, height, bytes);
      audit.write({
        ...said,
        action: 'alert-photo',
        subject: `alert:${site}/${alert}`,
        before: null,
        after: { photo: id, size: bytes.length, width, height },
      });
    });
    return { photo: id, by: said.by, at: isoOf(now()), type, width, height, size: bytes.length };
  }

  of(alert: string): PhotoItem[] {
    return this.#sql.of.all(alert).map((row) => {
      const { id, at, ...rest } = rowSchema.parse(row);
      return { photo: id, at: isoOf(at), ...rest };
    });
  }

  find(alert: string, photo: string): Photo | undefined {
    const row = this.#sql.find.get(alert, photo);
    return row === undefined ? undefined : photoSchema.parse(row);
  }
}

const photoSchema = z.object({ type: rowSchema.shape.type, bytes: z.instanceof(Uint8Array) });

function statements(db: Database) {
  return {
    add: db.prepare<[string, string, string, number, string, number, number, Uint8Array]>(
      'INSERT INTO alert_photos (alert, id, by, at, type, width, height, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    of: db.prepare<[string]>(
      'SELECT id, by, at, type, width, height, length(bytes) AS size FROM alert_photos WHERE alert = ? ORDER BY at, id',
    ),
    find: db.prepare<[string, string]>('SELECT type, bytes FROM alert_photos WHERE alert = ? AND id = ?'),
  };
}
