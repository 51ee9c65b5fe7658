import { z } from 'zod';
import { configurationDraftSchema, configurationItemSchema, stagedSchema } from '../../contract/http/configuration.ts';
import { type SiteId, siteIdSchema } from '../../contract/ids.ts';
import { InputError } from '../../contract/input-error.ts';
import type { Said } from '../audit/entry.ts';
import type { ConfigurationService } from '../configuration/service.ts';

/** What the command line asks of the configuration. What is tried is followed by a running gateway alone. */

export type ConfigurationDesk = Pick<ConfigurationService, 'items' | 'stage' | 'stop' | 'dismiss'>;

const { reason: _, ...draft } = configurationDraftSchema.shape;
const which = z.object({ site: z.string().nullable() });

export const configurationSchemas = {
  'config-show': { ask: z.object({}), answer: z.object({ items: z.array(configurationItemSchema) }) },
  'config-try': { ask: z.object({ ...draft, site: z.string().nullable() }), answer: stagedSchema },
  'config-stop': { ask: which, answer: z.object({}) },
  'config-dismiss': { ask: which, answer: z.object({}) },
} as const;

type Asked<C extends keyof typeof configurationSchemas> = z.infer<(typeof configurationSchemas)[C]['ask']>;
type Desk = { readonly configuration?: ConfigurationDesk };

export const configurationWork = {
  'config-show': (target: Desk) => ({ items: deskOf(target).items() }),
  'config-try': (target: Desk, { site, ...wish }: Asked<'config-try'>, said: Said) =>
    deskOf(target).stage(said, siteOf(deskOf(target), site), wish),
  'config-stop': async (target: Desk, { site }: Asked<'config-stop'>, said: Said) => {
    await deskOf(target).stop(said, siteOf(deskOf(target), site));
    return {};
  },
  'config-dismiss': async (target: Desk, { site }: Asked<'config-dismiss'>, said: Said) => {
    await deskOf(target).dismiss(said, siteOf(deskOf(target), site));
    return {};
  },
};

function deskOf({ configuration }: Desk): ConfigurationDesk {
  if (configuration !== undefined) return configuration;
  throw new InputError(['no gateway runs on this folder, and it is what tries a site file; start jari gateway first']);
}

function siteOf(desk: ConfigurationDesk, asked: string | null): SiteId {
  const sites = desk.items().map(({ site }) => site);
  const [only, other] = asked === null ? sites : sites.filter((site) => site === asked);
  if (only === undefined) throw new InputError([`site ${asked}: this gateway serves ${sites.join(', ')}`]);
  if (other !== undefined) throw new InputError([`say which site with --site-id: ${sites.join(', ')}`]);
  return siteIdSchema.parse(only);
}
