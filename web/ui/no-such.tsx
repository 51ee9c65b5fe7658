import { title } from './language.ts';

/** The address names a thing that is not there: said as large as the thing would be, with the way to those that are. */
export function NoSuch({ words, to, list }: { words: string; to: string; list: string }) {
  title.value = words;
  return (
    <section class="card letter no-such">
      <h1>{words}</h1>
      <a class="button" href={to}>
        {list}
      </a>
    </section>
  );
}
