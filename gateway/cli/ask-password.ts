import { InputError } from '../../contract/input-error.ts';

/** A terminal's two ends: what is typed comes from `stdin`, and a person reads `stderr`. */
export type PasswordTerminal = {
  readonly stdin: Pick<NodeJS.ReadStream, 'setRawMode' | 'setEncoding' | 'resume' | 'pause' | 'on' | 'off'>;
  readonly stderr: { write(text: string): unknown };
};

/**
 * Asks on the terminal without showing what is typed, twice. It is hidden before the first question is seen, and until
 * the second is answered: a terminal shows by itself what comes while it is not, such as a password pasted at once.
 * @throws InputError when the two differ, Ctrl-C is pressed or the terminal goes
 */
export async function askPassword(prompt: string, terminal: PasswordTerminal = process): Promise<string> {
  const { stdin, stderr } = terminal;
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  try {
    const [first, second] = await typedLines(terminal, [prompt, 'once more: ']);
    if (first !== second) throw new InputError(['password: the two differ; try again']);
    return first ?? '';
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

const enter = ['\r', '\n', '\u0004'];
const interrupt = '\u0003';
const erase = ['\u007f', '\b'];

/** A line to each question. What was typed ahead is the answer to the next. */
function typedLines({ stdin, stderr }: PasswordTerminal, questions: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    let typed: string[] = [];
    const ask = () => stderr.write(questions[lines.length] ?? '');
    const finish = (end: () => void) => {
      stdin.off('data', take);
      stdin.off('end', gone);
      end();
    };
    const gone = () => finish(() => reject(new InputError(['password: not given'])));
    const take = (text: string) => {
      for (const key of text) {
        if (key === interrupt) return gone();
        if (enter.includes(key)) {
          lines.push(typed.join(''));
          typed = [];
          if (lines.length === questions.length) return finish(() => resolve(lines));
          stderr.write('\n');
          ask();
        } else if (erase.includes(key)) typed.pop();
        else typed.push(key);
      }
    };
    stdin.on('data', take);
    stdin.on('end', gone);
    ask();
    stdin.resume();
  });
}
