import { z } from 'zod';
import type { Site } from '../../config/site.ts';
import { devicesOf } from '../../config/site.ts';
import { type PointRef, type SiteId, siteIdSchema } from '../../contract/ids.ts';
import { HttpProblem } from './problem.ts';

/** `?site=`: free with one site, needed beside an id when the gateway serves several. */
export const siteQuery = {
  site: z.string().max(63).optional().describe('site id; needed beside an id when the gateway serves several sites'),
};

/** What the site files name, for telling an unknown name from one without a value. */
export class Catalog {
  readonly sites: readonly Site[];
  readonly #points = new Set<string>();

  constructor(sites: readonly Site[]) {
    this.sites = sites;
    for (const site of sites) {
      for (const { device } of site.agents.flatMap(devicesOf)) {
        for (const point of device.points) this.#points.add(`${site.id}/${point.ref}`);
      }
    }
  }

  /** Some point that is configured, for looking whether anything can be read at all. */
  anyPoint(): { site: SiteId; point: PointRef } | undefined {
    for (const site of this.sites) {
      const point = site.agents.flatMap(devicesOf)[0]?.device.points[0];
      if (point !== undefined) return { site: site.id, point: point.ref };
    }
    return undefined;
  }

  /** The site a list is narrowed to; null is all of them. */
  narrow(asked: string | undefined): SiteId | null {
    return asked === undefined ? null : this.#known(asked);
  }

  /** The one site an id is looked up in. */
  one(asked: string | undefined): SiteId {
    if (asked !== undefined) return this.#known(asked);
    const [only, second] = this.sites;
    if (only !== undefined && second === undefined) return only.id;
    const ids = this.sites.map((site) => site.id).join(', ');
    throw new HttpProblem(400, `site: this gateway serves several sites, so say which with ?site= (one of ${ids})`);
  }

  /** @throws HttpProblem 404 for a point that no site file has */
  mustHave(site: SiteId, point: PointRef): void {
    if (!this.#points.has(`${site}/${point}`)) throw new HttpProblem(404, `point: site ${site} has no point ${point}`);
  }

  #known(asked: string): SiteId {
    const id = siteIdSchema.safeParse(asked);
    if (id.success && this.sites.some((site) => site.id === id.data)) return id.data;
    throw new HttpProblem(404, `site: this gateway serves no site ${asked}`);
  }
}
