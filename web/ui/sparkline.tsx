import { now as gatewayNow } from '../gateway/live.ts';
import { pastOf } from '../gateway/readings.ts';
import { useResource } from '../gateway/resource.ts';
import type { Series } from '../gateway/series.ts';

const hourMs = 3_600_000;
const refreshMs = 60_000;
const points = 60;
const size = { width: 100, height: 24 };

/** The last hour of a point, small: its course, not its figures. */
export function Sparkline({ site, point }: { site: string; point: string }) {
  const { now } = useResource(
    `spark ${site} ${point}`,
    () => {
      const to = Math.ceil(gatewayNow() / 60_000) * 60_000;
      const span = { from: new Date(to - hourMs).toISOString(), to: new Date(to).toISOString() };
      return pastOf(site, point, span, points);
    },
    refreshMs,
  );
  const path = now.state === 'there' ? pathOf(now.body, now.at) : '';
  return (
    <svg class="spark" viewBox={`0 0 ${size.width} ${size.height}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

function pathOf({ times, values }: Series, at: number): string {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return '';
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const from = (at - hourMs) / 1000;
  const x = (time: number) => (((time - from) / (hourMs / 1000)) * size.width).toFixed(1);
  const y = (value: number) =>
    (high === low ? size.height / 2 : size.height - 2 - ((value - low) / (high - low)) * (size.height - 4)).toFixed(1);
  let isDown = false;
  return values
    .map((value, nth) => {
      if (value === null) {
        isDown = false;
        return '';
      }
      const step = `${isDown ? 'L' : 'M'}${x(times[nth] ?? 0)} ${y(value)}`;
      isDown = true;
      return step;
    })
    .join('');
}
