import type { InvitationMade } from '../../../contract/http/people.ts';
import { momentText } from '../../text/format.ts';
import { type Key, type Language, text } from '../../text/text.ts';
import { make, type Part } from '../../ui/dom.ts';
import { Labels } from '../../ui/labels.ts';
import type { Places } from './roles.ts';

/**
 * An invitation that was made just now: its link and QR code, to be copied, shown or printed. The gateway keeps neither,
 * so this is the only place that ever shows them, and they go with it.
 */
export function madeInvitation(made: InvitationMade, places: Places, onClose: () => void): Part<Language> {
  const labels = new Labels();
  const title = (language: Language) => places.offerText(made.offer, language);
  const until = (language: Language) => momentText(Date.parse(made.expires), places.zone, language);
  const link = make('input', { id: `link-${made.id}`, class: 'link', readonly: '', value: made.link });
  const said = make('p', { class: 'said', role: 'status' });
  const facts = labels.say(make('p'), (language) => text(language, 'until', { time: until(language) }));
  const node = make('section', { class: 'made', tabindex: '-1' }, [
    labels.say(make('p', { class: 'only-once' }), 'onlyOnce'),
    make('div', { class: 'sheet' }, [
      labels.say(make('h3'), title),
      facts,
      labels.say(make('p', { class: 'scan' }), 'scan'),
      qrOf(made.qr, labels),
      labels.say(make('label', { for: link.id }), 'link'),
      link,
      make('p', { class: 'address' }, [document.createTextNode(made.link)]),
    ]),
    make('div', { class: 'buttons' }, [
      button(labels, 'copy', () => void copy(link).then((how) => labels.say(said, how)), 'main'),
      button(labels, 'print', () => print(node)),
      button(labels, 'close', onClose),
    ]),
    said,
  ]);
  return { node, show: (language) => labels.show(language) };
}

function button(labels: Labels, label: Key, onClick: () => void, look = ''): HTMLButtonElement {
  const made = labels.say(make('button', { type: 'button', class: look, 'data-do': label }), label);
  made.addEventListener('click', onClick);
  return made;
}

/** Parsed and taken over node by node: the page's own policy allows no picture that is not a file of the gateway. */
function qrOf(svg: string, labels: Labels): HTMLElement {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  const frame = make('div', { class: 'qr', role: 'img', 'aria-labelledby': 'qr-name' }, [
    labels.say(make('span', { id: 'qr-name', class: 'aside' }), 'qr'),
  ]);
  if (parsed instanceof SVGSVGElement) frame.append(document.importNode(parsed, true));
  return frame;
}

/** Browsers give the clipboard to encrypted pages alone; elsewhere the old way, and failing that by hand. */
async function copy(link: HTMLInputElement): Promise<Key> {
  link.focus();
  link.select();
  try {
    await navigator.clipboard.writeText(link.value);
    return 'copied';
  } catch {
    return document.execCommand('copy') ? 'copied' : 'copyByHand';
  }
}

/** Prints the one invitation and nothing around it. */
function print(node: HTMLElement): void {
  const marked = [document.body, node];
  for (const each of marked) each.classList.add('printing');
  addEventListener('afterprint', () => marked.forEach((each) => void each.classList.remove('printing')), {
    once: true,
  });
  window.print();
}
