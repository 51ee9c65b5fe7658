/** From where the building is looked at. Pure. */

export type Look = {
  /** Radians around it, from the south towards the east. */
  readonly turn: number;
  /** Radians above the horizon. */
  readonly lift: number;
  /** 1 shows all of it. */
  readonly zoom: number;
};

export const standardLook: Look = { turn: -0.6, lift: 0.45, zoom: 1 };

const step = Math.PI / 24;
const zoomStep = 1.25;
const [lowest, highest] = [-0.2, Math.PI / 2 - 0.02];
const [farthest, nearest] = [0.5, 10];

export function turned(look: Look, turn: number, lift: number): Look {
  return { ...look, turn: look.turn + turn, lift: within(look.lift + lift, lowest, highest) };
}

export function zoomed(look: Look, by: number): Look {
  return { ...look, zoom: within(look.zoom * by, farthest, nearest) };
}

export type Move = 'left' | 'right' | 'up' | 'down' | 'nearer' | 'farther' | 'reset';

export function moved(look: Look, move: Move): Look {
  switch (move) {
    case 'left':
      return turned(look, -step, 0);
    case 'right':
      return turned(look, step, 0);
    case 'up':
      return turned(look, 0, step);
    case 'down':
      return turned(look, 0, -step);
    case 'nearer':
      return zoomed(look, zoomStep);
    case 'farther':
      return zoomed(look, 1 / zoomStep);
    case 'reset':
      return standardLook;
  }
}

/** What a key does; undefined for one that is somebody else's. */
export const moveOfKey: Readonly<Record<string, Move>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  '+': 'nearer',
  '=': 'nearer',
  '-': 'farther',
  _: 'farther',
  Home: 'reset',
};

/** The unit vector from the middle of the building to the eye: east, north, up. */
export function eyeOf({ turn, lift }: Look): readonly [number, number, number] {
  return [Math.sin(turn) * Math.cos(lift), -Math.cos(turn) * Math.cos(lift), Math.sin(lift)];
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
