import { parkingReasonText } from '../../../contract/words/parking.ts';
import { linkState, modelFor } from '../../gateway/live.ts';
import { itemsOf } from '../../gateway/offered.ts';
import { parkingWords, spaceStateWords } from '../../text/parking.ts';
import { pick, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { addressHere } from '../../ui/router.ts';
import { Age } from '../../ui/time.tsx';
import { Windowed } from '../../ui/windowed.tsx';
import { typeText } from './lot-tile.tsx';
import { stateSeen } from './view.ts';

const tell = speaker(parkingWords);
const rowHeight = 46;

/** The spaces of a lot as a list, for who would rather read than look. */
export function SpaceTable({ site, lot }: { site: string; lot: string }) {
  const { spaces } = modelFor(`spaces:${site}/${lot}`);
  if (spaces.state !== 'there') return <NotThere state={spaces.state} />;
  const items = itemsOf(spaces).filter((space) => space.site === site && space.lot === lot);
  if (items.length === 0) return <p class="hint">{tell('noSpaces')}</p>;
  return (
    <Windowed
      items={items}
      rowHeight={rowHeight}
      keyOf={({ space }) => space}
      look="rows space-rows"
      label={tell('list')}
    >
      {(space) => {
        const state = stateSeen(space, linkState.value);
        return (
          <a class="space-row" data-id={space.space} href={addressHere({ tab: null, space: space.space })}>
            <strong>{space.name ? pick(space.name) : space.space}</strong>
            <span>{typeText(space.type)}</span>
            <span>
              <span class="space-mark" data-space={state} aria-hidden="true" /> {pick(spaceStateWords[state])}
            </span>
            {space.since === null ? <span /> : <Age at={space.since} />}
            <span class="why">{space.reason ? pick(parkingReasonText(space.reason)) : ''}</span>
          </a>
        );
      }}
    </Windowed>
  );
}
