import { writeFileSync } from 'node:fs';
import { problemLine } from '../../config/files/problem.ts';
import { loadSite } from '../../config/load-site.ts';
import { siteIdSchema } from '../../contract/ids.ts';
import { causeOf } from '../../contract/words/files.ts';
import type { Language } from '../../contract/words/language.ts';
import { refuse } from './lines.ts';
import { readScanFile } from './scan-file.ts';
import { draftSite } from './site-draft.ts';
import type { Output } from './terminal.ts';

export type InitCommand = {
  /** What `jari scan --json` printed; `-` is stdin. */
  readonly from: string;
  readonly out: string;
  readonly siteId?: string;
  readonly agent?: string;
  readonly language: Language;
};

/** `jari init`: a site file of what a scan found, checked as `jari check` does. `failed` where it does not hold together. @throws InputError */
export function runInit(options: InitCommand): Output & { failed: boolean } {
  const { out, language } = options;
  const site = idIn(options.siteId ?? 'my-site', '--site-id', language);
  const agent = idIn(options.agent ?? 'cabinet-1', '--agent', language);
  const found = readScanFile(options.from, language);
  if (found.heard.length === 0) return refuse({ code: 'nothing-found', file: options.from }, language);
  const draft = draftSite(found, { site, agent, language });
  try {
    writeFileSync(out, draft.text, { flag: 'wx' });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    return refuse(
      isThere ? { code: 'file-there', file: out } : { code: 'file-trouble', file: out, cause: causeOf(error) },
      language,
    );
  }
  const loaded = loadSite(out);
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  const lines = problems.map((problem) => problemLine(problem, language));
  const open = draft.open.map((words) => words[language]);
  const made =
    language === 'ko'
      ? `${out}: 장치 ${draft.devices}개`
      : `${out}: ${draft.devices} ${draft.devices === 1 ? 'device' : 'devices'}`;
  const holds = language === 'ko' ? 'jari check 통과' : 'passes jari check';
  const still = language === 'ko' ? '사람이 확인할 것:' : 'for a person to say:';
  return {
    text: [loaded.ok ? `${made}, ${holds}` : made, ...lines, still, ...open.map((line) => `  ${line}`)].join('\n'),
    json: { ok: loaded.ok, file: out, devices: draft.devices, problems: lines, open },
    failed: !loaded.ok,
  };
}

function idIn(text: string, option: string, language: Language): string {
  return siteIdSchema.safeParse(text).success ? text : refuse({ code: 'id-form', option, given: text }, language);
}
