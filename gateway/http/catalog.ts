import { z } from 'zod';
import type { BuildingConfig, Site } from '../../config/site.ts';
import { devicesOf } from '../../config/site.ts';
import { type PointRef, type SiteId, siteIdSchema } from '../../contract/ids.ts';
import { HttpProblem } from './problem.ts';

/** `?site=`: free with one site, needed beside an id when the gateway serves several. */
export const siteQuery = {
  site: z.string().max(63).optional().describe('site id; needed beside an id when the gateway serves several sites'),
};

/** Sites that a caller may see; null is all. */
export type Allowed = ReadonlySet<string> | null;

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

  /** The sites that a list shows: those that the caller may see, narrowed to the one asked for; null is all. */
  shown(asked: string | undefined, allowed: Allowed): Allowed {
    return asked === undefined ? allowed : new Set([this.#known(asked, allowed)]);
  }

  /** The one site an id is looked up in. */
  one(asked: string | undefined, allowed: Allowed): SiteId {
    if (asked !== undefined) return this.#known(asked, allowed);
    const ids = this.sites.map((site) => site.id).filter((id) => allowed?.has(id) ?? true);
    const [only, second] = ids;
    if (only !== undefined && second === undefined) return only;
    if (only === undefined) throw new HttpProblem('no-site-of-yours', {});
    throw new HttpProblem('site-needed', { sites: ids });
  }

  /** @throws HttpProblem 404 for a point that no site file has */
  mustHave(site: SiteId, point: PointRef): void {
    if (!this.#points.has(`${site}/${point}`)) throw new HttpProblem('no-such-point', { site, point });
  }

  building({ site, building }: { site: string; building: string }): BuildingConfig | undefined {
    return this.sites.find(({ id }) => id === site)?.buildings.find(({ id }) => id === building);
  }

  /** @throws HttpProblem 404 for a building that no site file has */
  mustHaveBuilding(ref: { site: string; building: string }): void {
    if (this.building(ref) !== undefined) return;
    throw new HttpProblem('no-such-building', ref);
  }

  /** A site that the caller may not see is as one that is not there. */
  #known(asked: string, allowed: Allowed): SiteId {
    const id = siteIdSchema.safeParse(asked);
    const isServed = id.success && this.sites.some((site) => site.id === id.data);
    if (isServed && (allowed?.has(id.data) ?? true)) return id.data;
    throw new HttpProblem('no-such-site', { site: asked });
  }
}
