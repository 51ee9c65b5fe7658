import { z } from 'zod';
import { type Cause, causeNames, causes } from '../../contract/words/causes.ts';
import { givenUpAt } from './backoff.ts';
import type { Outgoing } from './channels/channel.ts';
import { type Notice, pushProbe } from './notice.ts';
import { reachTest } from './targets.ts';

const text = z.object({ ko: z.string(), en: z.string() });
const alert = z.looseObject({ headline: text, why: text, action: text.nullable(), status: z.string() });
const single = z.looseObject({ alert });
/** To residents: what to do, in a few lines, and what it turned out to be once it is over. */
const lines = z.object({ ko: z.array(z.string()), en: z.array(z.string()) });
const forResidents = z.looseObject({
  alert: z.looseObject({ headline: text, status: z.string() }),
  guideline: lines,
  cause: z.enum(causes).nullable(),
});
const digest = z.looseObject({ headline: text, first: alert });

/** A notice about no alert: what it is about, and what is said of it. */
const plain = z.looseObject({ title: text, text });

type Language = 'ko' | 'en';

/** Said before everything else: nobody is to run from an exercise, or take a fire for one. */
const statusWords: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  Exercise: { ko: '[훈련] ', en: '[Exercise] ' },
  Test: { ko: '[시험] ', en: '[Test] ' },
};
const clearedWords = { ko: '[해제] ', en: '[Cleared] ' };

/** A notice as a message in one language: what and where, why, then what to do. */
export function messageOf(notice: Notice, language: Language, row: number | null = null): Outgoing {
  const { key, urgency, created } = notice;
  const common = {
    ...{ key, language, urgency, at: created, until: givenUpAt(notice), data: notice.payload, row },
    ...{ topic: topicOf(notice), path: pathOf(notice), isProbe: notice.reason === pushProbe },
  };
  const simple = plain.safeParse(notice.payload);
  if (simple.success) {
    return { ...common, title: simple.data.title[language], body: simple.data.text[language] };
  }
  const guided = forResidents.safeParse(notice.payload);
  if (guided.success) return { ...common, ...residentText(notice.reason, guided.data, language) };
  const said = read(notice.payload);
  // Words that cannot be made are no reason to say nothing.
  if (said === undefined)
    return { ...common, title: `Jari: ${notice.reason}`, body: `${notice.site}/${notice.building}` };
  const { about, headline } = said;
  const lines = [about.why[language], about.action?.[language] ?? ''].filter((line) => line !== '');
  return {
    ...common,
    title: titleOf(notice.reason, about.status, headline[language], language),
    body: lines.join('\n'),
  };
}

/** News of an alert replaces older news of it, and nothing else does. */
function topicOf({ part, alert, key, reason }: Notice): string {
  // One at a time is shown, or waits at the push service.
  if (reason === pushProbe) return pushProbe;
  return part === 'alerts' && alert !== null ? alert : key;
}

function pathOf({ audience, alert, building, reason }: Notice): string {
  if (reason === reachTest) return '/my-notices?test=1';
  if (reason === pushProbe) return '/my-notices';
  if (audience.role === 'resident') return `/public/buildings/${building}`;
  return alert === null ? '/' : `/alerts/${alert}`;
}

/** The headline of an alert that is not real begins with its mark already, and keeps it in front. */
function titleOf(reason: string, status: string, headline: string, language: Language): string {
  const mark = statusWords[status]?.[language] ?? '';
  const said = headline.startsWith(mark) ? headline.slice(mark.length) : headline;
  return `${mark}${reason === 'cleared' ? clearedWords[language] : ''}${said}`;
}

function residentText(reason: string, of: z.infer<typeof forResidents>, language: Language) {
  const { headline, status } = of.alert;
  const isOver = reason === 'cleared';
  const title = titleOf(reason, status, headline[language], language);
  const cause = isOver && of.cause !== null ? [causeLine(of.cause)[language]] : [];
  return { title, body: [...cause, ...of.guideline[language]].join('\n') };
}

function causeLine(cause: Cause): Readonly<Record<Language, string>> {
  const { ko, en } = causeNames[cause];
  return { ko: `원인: ${ko}`, en: `Cause: ${en}` };
}

type Said = { readonly about: z.infer<typeof alert>; readonly headline: z.infer<typeof text> };

function read(payload: unknown): Said | undefined {
  const one = single.safeParse(payload);
  if (one.success) return { about: one.data.alert, headline: one.data.alert.headline };
  const many = digest.safeParse(payload);
  return many.success ? { about: many.data.first, headline: many.data.headline } : undefined;
}
