import { InputError } from '../../contract/input-error.ts';

/** Asks on the terminal without showing what is typed, twice. @throws InputError when the two differ or Ctrl-C is pressed */
export async function askPassword(prompt: string): Promise<string> {
  const first = await readHidden(prompt);
  const second = await readHidden('once more: ');
  if (first !== second) throw new InputError(['password: the two differ; try again']);
  return first;
}

const enter = ['\r', '\n', '\u0004'];
const interrupt = '\u0003';
const erase = ['\u007f', '\b'];

function readHidden(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const finish = (end: () => void) => {
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      end();
    };
    const take = (text: string) => {
      for (const key of text) {
        if (enter.includes(key)) return finish(() => resolve(typed.join('')));
        if (key === interrupt) return finish(() => reject(new InputError(['password: not given'])));
        if (erase.includes(key)) typed = typed.slice(0, -1);
        else typed.push(key);
      }
    };
    stdin.on('data', take);
  });
}
