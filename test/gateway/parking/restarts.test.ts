import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { booksOf } from '../../soak/parking-books.ts';
import { scriptOf, soakSite, soakStart } from '../../soak/parking-script.ts';
import { tempDir } from '../../temp.ts';
import { ParkingGateway } from '../../week/parking-gateway.ts';

/** Half a minute each. */
const turns = 180;
const script = scriptOf(1, turns);

/** The stays of cars that come and go while the gateway is started again every so many turns; a start takes no time. */
async function staysOf(turnsPerLife: number): Promise<ReturnType<typeof booksOf>['stays']> {
  const dir = tempDir();
  for (let from = 0; from < turns; from += turnsPerLife) {
    const clock = new SimClock(script[from]?.at ?? soakStart);
    const gateway = new ParkingGateway({ dir, site: soakSite(), clock });
    gateway.connect();
    for (const { n, at, taken } of script.slice(from, from + turnsPerLife)) {
      await clock.advance(at - clock.now());
      const columns = taken.map((v, i) => [`p_${i}`, { dt: [0], v: [v] }]);
      gateway.say('yard', Object.fromEntries(columns), { seq: n + 1, ageMs: 100 });
    }
    gateway.close();
  }
  return booksOf(dir).stays;
}

/** A sensor is believed for three minutes, six turns: longer lives than that were heard after the row of their last word. */
test('a start every nine, twenty or sixty turns changes no stay and no time that is charged for', async () => {
  const whole = await staysOf(turns);
  expect(whole.length).toBeGreaterThan(5);
  for (const life of [9, 20, 60]) expect(await staysOf(life)).toEqual(whole);
});
