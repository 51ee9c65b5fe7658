import { cityWords as words } from '../../contract/words/city.ts';
import { cityConfigurationWords, setStateNames, targetStateNames } from '../../contract/words/city-configuration.ts';
import { configurationWords } from '../../contract/words/configuration.ts';
import type { ShownSet, ShownTarget } from '../store/configurations.ts';
import { stepForms } from './configuration-steps.ts';
import { type Cell, type Html, html, type Say, table } from './html.ts';

/** What is handed to gateways: each set with its waves, and every gateway of the newest. Pure. */
export function configurationPage(sets: readonly ShownSet[], say: Say, { mayAct }: { mayAct: boolean }): Html {
  const head = [words.version, words.kind, words.state, words.wave, words.gateways, words.reason, words.by];
  const [newest] = sets;
  // What a newer set stands upon is not taken back from here.
  const steps = (set: ShownSet) => (set === newest || set.state !== 'done' ? stepForms(set, say) : '');
  const all = table(
    [...head, ...(mayAct ? [words.step] : [])].map(say),
    sets.map((set) => [...setCells(set, say), ...(mayAct ? [steps(set)] : [])]),
    say(words.neverPublished),
  );
  return newest === undefined ? all : html`${all}${gatewaysOf(newest, say)}`;
}

function setCells({ version, kind, state, waves, plan, targets, halt, wait, by, why }: ShownSet, say: Say): Cell[] {
  const counts = [...Map.groupBy(targets, (target) => target.state)];
  const reason = halt ?? wait;
  const mark = state === 'halted' ? 'bad' : state === 'done' ? 'ok' : 'soft';
  return [
    html`<b>${version}</b>`,
    say(kind === 'rules' ? words.rules : words.siteFiles),
    html`<span class="${mark}">${say(setStateNames[state])}</span>`,
    `${waves} / ${Math.max(waves, plan.shares.length)}`,
    counts.map(([of, some]) => `${say(targetStateNames[of])} ${some.length}`).join(', '),
    reason === null ? '' : say(cityConfigurationWords(reason)),
    why === null ? by : html`${by}<br><span class="soft">${why}</span>`,
  ];
}

function gatewaysOf({ version, targets }: ShownSet, say: Say): Html {
  const head = [words.gateway, words.site, words.district, words.wave, words.state, words.reason];
  const rows = targets.map((target) => targetCells(target, say));
  return html`<h2>${say(words.version)} ${version}</h2>${table(head.map(say), rows, say(words.nothing))}`;
}

function targetCells({ gateway, site, district, wave, state, reason, worseAt }: ShownTarget, say: Say): Cell[] {
  const isBad = state === 'returned' || state === 'refused' || worseAt !== null;
  const mark = isBad ? 'bad' : state === 'kept' ? 'ok' : 'soft';
  return [
    html`<b>${gateway}</b>`,
    site,
    district,
    wave === null ? '' : String(wave),
    html`<span class="${mark}">${say(targetStateNames[state])}</span>${worseAt === null ? '' : html` <span class="bad">${say(words.worse)}</span>`}`,
    reason === null ? '' : say(configurationWords(reason)),
  ];
}
