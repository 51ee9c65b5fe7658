import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { InvitationMade } from '../../../contract/http/people.ts';
import { momentText } from '../../text/format.ts';
import { language, say } from '../../ui/language.ts';
import type { Places } from './roles.ts';
import { type Key, tell } from './tell.ts';

/**
 * An invitation that was made just now: its link and QR code, to be copied, shown or printed. The gateway keeps neither,
 * so this is the only place that ever shows them, and they go with it.
 */
export function NewInvitation({ made, places, onClose }: { made: InvitationMade; places: Places; onClose(): void }) {
  const section = useRef<HTMLElement>(null);
  const link = useRef<HTMLInputElement>(null);
  const said = useSignal<Key | null>(null);
  useEffect(() => section.current?.focus(), []);
  const until = momentText(Date.parse(made.expires), places.zone, language.value);
  return (
    <section ref={section} class="made" tabIndex={-1}>
      <p class="only-once">{tell('onlyOnce')}</p>
      <div class="sheet">
        <h3>{places.offerText(made.offer, language.value)}</h3>
        <p>{tell('until', { time: until })}</p>
        <p class="scan">{tell('scan')}</p>
        <QrCode svg={made.qr} />
        <label for={`link-${made.id}`}>{tell('link')}</label>
        <input ref={link} id={`link-${made.id}`} class="link" readOnly value={made.link} />
        <p class="address">{made.link}</p>
      </div>
      <div class="buttons">
        <button
          type="button"
          class="main"
          data-do="copy"
          onClick={async () => {
            if (link.current !== null) said.value = await copy(link.current);
          }}
        >
          {tell('copy')}
        </button>
        <button type="button" data-do="print" onClick={() => section.current !== null && print(section.current)}>
          {tell('print')}
        </button>
        <button type="button" data-do="close" onClick={onClose}>
          {say('close')}
        </button>
      </div>
      <p class="said" role="status">
        {said.value === null ? '' : tell(said.value)}
      </p>
    </section>
  );
}

/** Parsed and taken over node by node: the page's own policy allows no picture that is not a file of the gateway. */
function QrCode({ svg }: { svg: string }) {
  const frame = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    if (parsed instanceof SVGSVGElement) frame.current?.replaceChildren(document.importNode(parsed, true));
  }, [svg]);
  return (
    <div class="qr" role="img" aria-label={tell('qr')}>
      <span ref={frame} />
    </div>
  );
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
