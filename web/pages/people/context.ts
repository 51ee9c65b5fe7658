import type { Who } from '../../../contract/http/session.ts';
import type { Answer } from '../../gateway/answer.ts';
import type { Method } from '../../gateway/api.ts';
import type { Say } from '../../ui/form-error.tsx';
import type { Places } from './roles.ts';

/** What the parts of the page of people ask of the page. */
export type PeopleContext = {
  readonly me: Who;
  readonly places: Places;
  /** Asks the gateway; where the session is gone, the page asks for name and password. */
  ask<T = null>(method: Method, path: string, body?: object): Promise<Answer<T>>;
  /** Something was changed: the lists are fetched again. With words, they are said. */
  changed(said: Say | null): void;
};
