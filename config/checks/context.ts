import type { AnyProfile } from '../../devices/profile.ts';
import type { Path } from '../files/problem.ts';

/** What the checks look at besides the partial site. */
export type CheckContext = {
  /** The profile of that id; broken: there is one and it cannot be used; unsure: not found, and not all could be read. */
  profileOf(id: string): AnyProfile | 'broken' | 'unsure' | undefined;
  readonly profileIds: readonly string[];
  lineOf(path: Path): number;
};
