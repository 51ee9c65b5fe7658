import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { AgentConfig } from '../config/site.ts';
import type { Trial } from '../contract/configuration.ts';
import { InputError } from '../contract/input-error.ts';
import type { ConfigurationReason, ConfigurationRefusal } from '../contract/reasons/configuration.ts';
import { configurationWords } from '../contract/words/configuration.ts';
import { onVirtualLines } from './box/ports-file.ts';
import { type Held, returned, started } from './configuration/held.ts';
import type { OpenedPart } from './configuration/open-part.ts';
import { type HeldStore, heldStore } from './configuration/store.ts';
import { type BoxSide, verifyPart } from './configuration/verify-part.ts';
import type { EdgeCommand, Input } from './input.ts';
import { openPartApart } from './opening.ts';

/** A box with its folder, and what was given to it. */
export type GivenBox = {
  readonly dir: string;
  readonly log: Logger;
  readonly command: EdgeCommand;
  readonly input: Input;
};

/** What the agent is to run: as the record of what was handed down says, beside the site file at the box. */
export type ChosenInput = Input & { readonly held: Held; readonly trial: Trial | null; readonly store: HeldStore };

/** What was handed down and stands, if it can be used; else what was before it, and at last the site file at the box. */
export async function chosenInput(box: GivenBox): Promise<ChosenInput> {
  const { dir, log, command, input } = box;
  const store = heldStore(dir, sha256(readFileSync(input.site.file)), log);
  let held = store.read();
  for (;;) {
    const current = held.current;
    if (current === null) return { ...input, held, trial: null, store };
    const verified = verifyPart(current.signed, sideOf(box));
    if (verified.ok && verified.part !== null) {
      const begun = started(held, verified.part.trial.starts);
      const part = await openPartApart(verified.part, sideOf(box), join(dir, 'configuration/current'));
      const opened = onItsLines(part, command);
      if (begun.current === current && opened.ok) {
        if (begun !== held) keep(store, begun, log);
        const { site, agent, warnings } = opened;
        for (const warning of warnings) log.warn({ warning }, 'input-warning');
        const trial = begun.trial === null ? null : verified.part.trial;
        return { ...input, site, agent: { ...agent, uplink: input.agent.uplink }, held: begun, trial, store };
      }
      held = begun.current === current && !opened.ok ? returned(held, notStarted(opened.reason)) : begun;
    } else if (!verified.ok) held = returned(held, notStarted(verified.reason));
    else held = returned(held, { code: 'not-started', detail: 'a withdrawal' });
    keep(store, held, log);
    log.warn({ version: current.version, reason: held.last?.reason }, 'configuration-returned');
  }
}

/** A full disk keeps no box from reading its sensors. */
function keep(store: HeldStore, held: Held, log: Pick<Logger, 'error'>): void {
  try {
    store.write(held);
  } catch (error) {
    log.error({ why: String(error) }, 'configuration-not-stored');
  }
}

function notStarted(reason: ConfigurationRefusal): ConfigurationReason {
  return { code: 'not-started', detail: configurationWords(reason).en.slice(0, 300) };
}

export function sideOf({ input: { site, agent, uplinkValue } }: GivenBox): BoxSide {
  return { site: site.id, agent: agent.id, folder: dirname(resolve(site.file)), uplink: uplinkValue };
}

/** The CA's certificate as the box knows it, read when it is asked for: a gateway may make its CA later. */
export function trustedCa({ uplink }: AgentConfig, { ca }: EdgeCommand): string | null {
  try {
    return readFileSync(ca ?? uplink.configuration.ca ?? uplink.tls.ca.path, 'utf8');
  } catch {
    return null; // none is known
  }
}

/** On virtual lines where the agent is to work on those. */
export function onItsLines(opened: OpenedPart, { ports }: EdgeCommand): OpenedPart {
  if (!opened.ok || ports === undefined) return opened;
  try {
    return { ...opened, agent: onVirtualLines(opened.agent, ports) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [detail = ''] = error.problems;
    const problems = error.problems.length;
    return { ok: false, reason: { code: 'check-failed', problems, detail: detail.slice(0, 300) } };
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
