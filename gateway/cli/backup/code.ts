import { change, type Where } from '../change.ts';
import type { Output } from '../output.ts';
import { lifeOf } from '../token-commands.ts';

/** `jari backup code`: what the owner keeps with the private key. @throws InputError when no gateway runs */
export async function runBackupCode(options: { expires?: string } & Where): Promise<Output> {
  const { code, expires } = await change(options, 'backup-code', { lifeMs: lifeOf(options.expires ?? '730d') ?? 0 });
  const until = new Date(expires).toISOString();
  return {
    text: [
      `${code}`,
      `Keep it with the private key, not on the gateway. A new box takes this one's place by it, once, until ${until.slice(0, 10)},`,
      'from any copy that is made from now on (make one: jari backup now).',
    ].join('\n'),
    json: { code, expires: until },
  };
}

/** `jari outputs on`: a person has looked at what would be switched. @throws InputError when no gateway runs */
export async function runOutputsOn(options: Where): Promise<Output> {
  const { was } = await change(options, 'outputs-on', {});
  return { text: was ? 'outputs are on' : 'outputs were on already', json: { was } };
}
