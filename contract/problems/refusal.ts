import { InputError } from '../input-error.ts';
import { problemWords } from '../words/problems.ts';
import type { ProblemCode, ProblemFigures } from './problems.ts';

/** A change that a part of the gateway refuses: a command prints its English sentence, HTTP answers with the code. */
export class Refusal<C extends ProblemCode = ProblemCode> extends InputError {
  readonly code: C;
  readonly figures: ProblemFigures[C];

  constructor(code: C, figures: ProblemFigures[C]) {
    super([problemWords[code](figures).en]);
    this.name = 'Refusal';
    this.code = code;
    this.figures = figures;
  }
}
