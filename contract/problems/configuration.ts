import { z } from 'zod';
import { problem } from './problem.ts';

const version = z.int();

/** What a new configuration is refused for. */
export const configurationProblems = {
  /** `problems`: as `jari check` prints them, with line and column. */
  'configuration-refused': problem(400, 'The site file fails its checks', { problems: z.array(z.string()) }),
  /** `losses`: what it takes away; each is to be confirmed by its `confirm`. */
  'configuration-not-confirmed': problem(409, 'It takes something away', {
    losses: z.array(z.object({ confirm: z.string(), ko: z.string(), en: z.string() })),
  }),
  'configuration-same': problem(409, 'It changes nothing', {}),
  'configuration-under-way': problem(409, 'Another is being tried', { version }),
  'configuration-not-under-way': problem(409, 'None is being tried', {}),
  /** `agent`: who would try it first; null: no agent that it concerns is heard. */
  'configuration-nobody-to-try': problem(409, 'Nobody can try it', { agent: z.string().nullable() }),
  'configuration-pull-off': problem(409, 'A box takes no configuration', { agents: z.array(z.string()) }),
} as const;
