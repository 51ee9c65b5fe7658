import type { Audience } from '../../../contract/words/guidelines/guideline.ts';
import { guidelineFor } from '../../../contract/words/guidelines/guidelines.ts';
import { levelNames } from '../../../contract/words/hazards.ts';
import type { AlertItem } from '../../gateway/items.ts';
import { alertWords } from '../../text/alerts.ts';
import { language, pick, speaker } from '../../ui/language.ts';

const tell = speaker(alertWords);

const audienceNames: Readonly<Record<Audience, { ko: string; en: string }>> = {
  manager: { ko: '건물 관리자', en: 'Building manager' },
  resident: { ko: '입주자', en: 'Residents' },
  responder: { ko: '출동 인원', en: 'Responders' },
};

/** What each audience is to do, at the level and in the phase the alert is in. */
export function GuidelinePart({ alert }: { alert: AlertItem }) {
  const phase = alert.returned || alert.state === 'normal' || alert.state === 'late' ? 'after' : 'during';
  return (
    <details class="guideline" open={alert.level === '심각' || alert.level === '경계'}>
      <summary>{tell('guideline')}</summary>
      <div class="audiences">
        {(['manager', 'resident', 'responder'] as const).map((audience) => {
          const { hazard, level } = alert;
          const { lines, sources } = guidelineFor({ hazard, level, audience, phase });
          return (
            <section key={audience}>
              <h4>
                {tell('guidelineFor', { audience: pick(audienceNames[audience]), level: pick(levelNames[level]) })}
              </h4>
              <ol>
                {lines[language.value].map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ol>
              <p class="hint" title={sources.map(({ title }) => title).join(', ')}>
                {tell('sources', { sources: sources.map(({ title }) => title).join(', ') })}
              </p>
            </section>
          );
        })}
      </div>
    </details>
  );
}
