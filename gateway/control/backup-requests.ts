import { z } from 'zod';
import { InputError } from '../../contract/input-error.ts';
import { drillFailureSchema } from '../../contract/reasons/backup.ts';
import type { AuditSink, Said } from '../audit/entry.ts';
import type { Run } from '../backup/backup-table.ts';
import { turnOutputsOn } from '../backup/outputs.ts';
import type { BackupService } from '../backup/service.ts';

/** What the command line asks of the copies that a running gateway makes. A copy takes longer than an answer may. */

export type BackupDesk = Pick<BackupService, 'now' | 'standing' | 'outputsOn' | 'makeCode'>;

const runSchema = z.object({
  kind: z.enum(['backup', 'drill']),
  at: z.number(),
  ok: z.boolean(),
  name: z.string().nullable(),
  reason: drillFailureSchema.nullable(),
  figures: z.record(z.string(), z.number()),
});

const standing = z.object({
  state: z.string(),
  running: z.boolean(),
  last: runSchema.nullable(),
  drill: runSchema.nullable(),
});

export const backupSchemas = {
  'backup-begin': { ask: z.object({}), answer: z.object({}) },
  'backup-code': { ask: z.object({ lifeMs: z.number() }), answer: z.object({ code: z.string(), expires: z.number() }) },
  'outputs-on': { ask: z.object({}), answer: z.object({ was: z.boolean() }) },
  'backup-standing': { ask: z.object({}), answer: standing },
} as const;

type Desk = { readonly backup?: BackupDesk; readonly audit: AuditSink };

export const backupWork = {
  'backup-begin': (target: Desk) => {
    const desk = deskOf(target);
    if (desk.standing().state === 'off') throw new InputError([notAsked]);
    // What comes of it is asked for, and is in the table as that of every night.
    desk.now().catch(() => undefined);
    return {};
  },
  'backup-code': (target: Desk, { lifeMs }: { lifeMs: number }, said: Said) => {
    const made = deskOf(target).makeCode(lifeMs);
    const after = { expires: new Date(made.expires).toISOString() };
    target.audit.write({ ...said, action: 'replace-code-make', subject: 'gateway', before: null, after });
    return made;
  },
  'outputs-on': (target: Desk, _ask: object, said: Said) => {
    return { was: turnOutputsOn(deskOf(target), target.audit, said) };
  },
  'backup-standing': (target: Desk) => {
    const { state, running, last, drill } = deskOf(target).standing();
    return { state, running, last: mutable(last), drill: mutable(drill.last) };
  },
};

export const notAsked =
  'the site file asks for no backup; add backup: { folder: /mnt/backup/jari, recipients: [age1…] }, and see jari backup key';

function deskOf({ backup }: Desk): BackupDesk {
  if (backup === undefined)
    throw new InputError(['no gateway runs on this data folder; start it first (jari gateway)']);
  return backup;
}

function mutable(run: Run | null) {
  return run === null ? null : { ...run, figures: { ...run.figures } };
}
