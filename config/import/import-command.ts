import { isUtf8 } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { InputError } from '../../contract/input-error.ts';
import type { Language } from '../../contract/words/language.ts';
import { type ImportNote, importProblemText, noteText } from '../../contract/words/profile-import.ts';
import { fromCsv } from './csv.ts';
import type { Draft } from './draft.ts';
import { fromEdgeX } from './edgex.ts';
import { fromHomeAssistant } from './home-assistant.ts';
import { linedOf } from './lines.ts';
import { fromModpoll } from './modpoll.ts';
import { fromOpenEms } from './openems.ts';
import { fromTelegraf } from './telegraf.ts';
import { fromWirenBoard } from './wb-mqtt-serial.ts';
import { writeProfile } from './write-profile.ts';

export type Imported = {
  readonly format: string;
  readonly profile: string;
  readonly points: number;
  readonly notes: readonly ImportNote[];
};

/** A draft of a profile out of another tool's text. @throws InputError when it is none that is known, or nothing of it can be carried */
export function importProfile(
  file: string,
  text: string,
  { id, language = 'en' }: { id?: string; language?: Language } = {},
): Imported {
  const draft = draftOf(file, text);
  if (draft === undefined) throw new InputError([importProblemText({ code: 'format-unknown', file })[language]]);
  const name = id ?? idOf(file);
  const source = `${basename(file)} (${draft.format}), imported; no manual was read`;
  const written = writeProfile(draft, { id: name, source });
  const notes = [...draft.notes, ...(written?.notes ?? [])].toSorted((a, b) => a.line - b.line);
  if (written === undefined)
    throw new InputError([
      importProblemText({ code: 'nothing-carried', file })[language],
      ...notes.map((note) => `${file}:${note.line}: ${noteText(note)[language]}`),
    ]);
  return { format: draft.format, profile: written.yaml, points: written.points, notes };
}

function draftOf(file: string, text: string): Draft | undefined {
  const kind = extname(file).toLowerCase();
  if (kind === '.csv' || kind === '.tsv') return fromModpoll(text) ?? fromCsv(text);
  if (kind === '.toml' || kind === '.conf') return fromTelegraf(text);
  if (kind === '.java') return fromOpenEms(text);
  const lined = linedOf(text);
  if (lined === undefined) return fromTelegraf(text);
  return fromWirenBoard(lined) ?? fromEdgeX(lined) ?? fromHomeAssistant(lined);
}

function idOf(file: string): string {
  const name = basename(file)
    .toLowerCase()
    .replace(/\.[a-z]+$/, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63);
  return name === '' ? 'imported' : name;
}

/** `jari profile import`. The profile goes to `out`, or is the text; what was left out is said beside it. @throws InputError */
export function runProfileImport(options: { file: string; id?: string; out?: string; language: Language }): {
  text: string;
  notes: string[];
  json: unknown;
} {
  const { file, out, language } = options;
  const imported = importProfile(file, textOf(file, language), options);
  const notes = imported.notes.map((note) => `${file}:${note.line}: ${noteText(note)[language]}`);
  const json = {
    ...imported,
    notes: imported.notes.map((note) => ({ ...note, ...noteText(note) })),
  };
  if (out === undefined) return { text: imported.profile, notes, json };
  try {
    // Never over a file that somebody may have corrected by hand.
    writeFileSync(out, imported.profile, { flag: 'wx' });
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError([importProblemText({ code: 'not-written', file: out, cause })[language]]);
  }
  const text = importProblemText({ code: 'written', file: out, points: imported.points, left: notes.length })[language];
  return { text, notes, json };
}

const mostBytes = 2_000_000;

function textOf(file: string, language: Language): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > mostBytes) throw new Error('too large');
    // Tables of registers come out of spreadsheets, some in the code page of Western Windows; a name or a unit is all that it changes.
    const isTable = ['.csv', '.tsv'].includes(extname(file).toLowerCase());
    return new TextDecoder(isTable && !isUtf8(bytes) ? 'windows-1252' : 'utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError([importProblemText({ code: 'not-read', file, cause })[language]]);
  }
}
