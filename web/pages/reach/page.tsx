import { reachWords } from '../../text/reach.ts';
import { speaker, title } from '../../ui/language.ts';
import { Duty } from './duty.tsx';
import { PeopleReached } from './people.tsx';
import './reach.css';

const tell = speaker(reachWords);

/** Who is told of alerts, and whether it would arrive. */
export default function ReachPage() {
  title.value = tell('title');
  return (
    <div class="reach-page" id="reach-page">
      <h1>{tell('title')}</h1>
      <Duty />
      <PeopleReached />
    </div>
  );
}
