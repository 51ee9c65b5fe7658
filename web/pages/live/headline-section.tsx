import { StateMark } from '../../ui/state-mark.tsx';
import type { Headline } from './headline.ts';

/** Is anything wrong, where, since when; the lines below lead to each device, `to` the address of one. */
export function HeadlineSection({ line, to }: { line: Headline; to(anchor: string): string }) {
  return (
    <section id="headline" class="headline" data-tone={line.tone}>
      <h1 id="headline-text" aria-live="polite">
        {line.text}
      </h1>
      <ul id="problems" class="problems">
        {line.problems.map(({ key, tone, text, anchor }) => (
          <li key={key}>
            <StateMark tone={tone}>{anchor === null ? text : <a href={to(anchor)}>{text}</a>}</StateMark>
          </li>
        ))}
        {line.more !== '' && <li>{line.more}</li>}
      </ul>
    </section>
  );
}
