import { peopleWords } from '../../text/people.ts';
import { speaker } from '../../ui/language.ts';

export type Key = keyof typeof peopleWords;

export const tell = speaker(peopleWords);
