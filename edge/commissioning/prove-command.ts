import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { DeviceConfig, PointConfig } from '../../config/site.ts';
import { systemClock } from '../../contract/clock.ts';
import { tryPointRef } from '../../contract/ids.ts';
import { causeOf } from '../../contract/words/files.ts';
import { handoverWords, verdictText } from '../../contract/words/handover.ts';
import type { Language } from '../../contract/words/language.ts';
import { valueTypeOf } from '../../devices/profile.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { isVirtualPort } from './holder.ts';
import { durationIn, refuse } from './lines.ts';
import { pictureType } from './picture-type.ts';
import { appendProof, BrokenLog, defaultProofs, type NewProof, type Proof, photosFolder, sha256 } from './proofs.ts';
import { configHash, prove, usualChange, type Wanted } from './prove.ts';
import { type Aimed, type Around, aim, onBus, type ReadCommand } from './read-command.ts';
import { type Output, type Progress, progressOn, silentProgress } from './terminal.ts';
import { typedValue } from './typed-value.ts';

export type ProveCommand = ReadCommand & {
  readonly stimulus: string;
  readonly by: string;
  readonly expect?: string;
  readonly change?: string;
  readonly wait?: string;
  readonly photo?: string;
  /** The folder of the log. */
  readonly proofs?: string;
};

/** `jari prove`: one sensor, by a stimulus that it must answer; kept for ever. `failed` where it did not. @throws InputError */
export async function runProve(options: ProveCommand, around?: Around): Promise<Output & { failed: boolean }> {
  const { language, target } = options;
  if (tryPointRef(target) === undefined || options.site === undefined)
    return refuse({ code: 'prove-a-point', given: target }, language);
  const aimed = aim(options);
  const { device, point } = sitePoint(aimed, language);
  wantedOf(options, point, 0); // what is wrong with it is said before anybody climbs
  const dir = options.proofs ?? defaultProofs;
  const photo = options.photo === undefined ? null : photoIn(options.photo, language);
  const waitMs = durationIn(options.wait ?? '60s', language, '--wait');
  const progress = around === undefined ? progressOn(process.stderr) : silentProgress;
  const proof = await onBus(options, aimed.line, around, async (bus, signal) => {
    const outcome = await prove({
      ...{ clock: around?.clock ?? systemClock, bus, device, point, waitMs, signal },
      timeoutMs: aimed.line.timeoutMs,
      wantedOf: (before) => wantedOf(options, point, typeof before === 'number' ? before : 0),
      onSeen: (seen, which) =>
        say(progress, { which, value: seen.value ?? seen.fault, unit: point.profile.unit }, language),
    });
    progress.end();
    if (signal.aborted && outcome.verdict === 'failed') return refuse({ code: 'prove-stopped' }, language);
    // Before the entry that names it.
    if (photo !== null) keepPhoto(dir, photo, language);
    return keep(dir, { ...aboutOf(options, aimed, device, point), ...outcome, photo: photo?.about ?? null }, language);
  });
  const shown = ({ value, fault }: Proof['before']) => String(value ?? fault);
  const text = `${target}: ${shown(proof.before)} → ${shown(proof.after)} · ${verdictText(proof)[language]}`;
  const kept = `${handoverWords.kept[language]}: ${dir} #${proof.n} ${proof.hash.slice(0, 16)}`;
  return {
    text: `${text}\n${kept}`,
    json: { ok: proof.verdict === 'proved', proof },
    failed: proof.verdict !== 'proved',
  };
}

function sitePoint({ place, point }: Aimed, language: Language): { device: DeviceConfig; point: PointConfig } {
  const config = place?.device.points.find(({ ref }) => ref === point?.name);
  if (place === null || config === undefined)
    return refuse({ code: 'prove-a-point', given: point?.name ?? '' }, language);
  return { device: place.device, point: config };
}

function aboutOf(
  { stimulus, by, expect, ports }: ProveCommand,
  { place, line }: Aimed,
  device: DeviceConfig,
  point: PointConfig,
): Omit<NewProof, 'before' | 'after' | 'verdict' | 'why' | 'photo'> {
  return {
    at: systemClock.now(),
    site: place?.site.id ?? '',
    agent: place?.agent.id ?? '',
    bus: line.config?.id ?? '',
    point: point.ref,
    unit: device.unit,
    profile: device.profile.id,
    config: configHash(device, point),
    by,
    stimulus,
    expected: expect ?? null,
    simulated: ports !== undefined || (line.link.kind === 'modbus-rtu' && isVirtualPort(line.link.port)),
    version: packageJson.version,
  };
}

function keep(dir: string, proof: NewProof, language: Language): Proof {
  try {
    return appendProof(dir, proof);
  } catch (error) {
    if (error instanceof BrokenLog)
      return refuse({ code: 'broken-proofs', file: error.file, line: error.line }, language);
    return refuse({ code: 'file-trouble', file: dir, cause: causeOf(error) }, language);
  }
}

function wantedOf(
  { expect, tolerance, change, language }: ProveCommand,
  { profile }: PointConfig,
  before: number,
): Wanted {
  if (expect !== undefined) {
    const value = typedValue(expect, profile, language);
    const near = tolerance === undefined ? usualChange({ profile }, before) : Number(tolerance);
    return { kind: 'value', value, tolerance: Number.isFinite(near) ? near : 0 };
  }
  if (change === undefined || valueTypeOf(profile) !== 'number')
    return { kind: 'change', by: usualChange({ profile }, before) };
  const by = Number(change);
  return by > 0
    ? { kind: 'change', by }
    : refuse({ code: 'list-form', option: '--change', given: change, example: '2.5' }, language);
}

type Photo = { readonly file: string; readonly about: NonNullable<Proof['photo']> };

function photoIn(file: string, language: Language): Photo {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return refuse({ code: 'file-trouble', file, cause: causeOf(error) }, language);
  }
  // A report would show an empty frame for it, and by then nobody is there to take another.
  if (pictureType(bytes) === undefined) return refuse({ code: 'no-picture', file }, language);
  return { file, about: { name: basename(file).slice(0, 200), sha256: sha256(bytes), bytes: bytes.length } };
}

/** Beside the log, under its hash, so that a report finds it and no other can take its place. */
function keepPhoto(dir: string, { file, about }: Photo, language: Language): void {
  try {
    mkdirSync(join(dir, photosFolder), { recursive: true });
    copyFileSync(file, join(dir, photosFolder, `${about.sha256}${extname(about.name).toLowerCase()}`));
  } catch (error) {
    refuse({ code: 'file-trouble', file: join(dir, photosFolder), cause: causeOf(error) }, language);
  }
}

function say(
  progress: Progress,
  { which, value, unit }: { which: 'before' | 'after'; value: unknown; unit: string | null },
  language: Language,
): void {
  const shown = `${String(value)}${unit === null ? '' : ` ${unit}`}`;
  if (which === 'before')
    progress.line(`${handoverWords.before[language]}: ${shown}. ${handoverWords.nowStimulus[language]}`);
  else progress.now(shown);
}
