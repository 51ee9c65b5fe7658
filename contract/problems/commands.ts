import { z } from 'zod';
import { problem } from './problem.ts';

const point = z.string();

/** What sending a command may answer besides 202. */
export const commandProblems = {
  'point-read-only': problem(409, 'The point cannot be written', { point }),
  'point-not-yours': problem(403, 'Not allowed to write this point', { point }),
  'value-type-wrong': problem(400, 'Value of another type', { point, given: z.string() }),
  /** Nothing is kept for later: send it again when the agent is back. */
  'agent-offline': problem(409, 'The agent is offline', { agent: z.string() }),
  /** A new box has taken the gateway's place, and nobody has said yet that it may switch things. */
  'outputs-off': problem(409, 'Outputs are off', {}),
  'no-such-command': problem(404, 'No such command', { command: z.string() }),
};
