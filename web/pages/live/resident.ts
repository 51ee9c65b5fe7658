import type { BuildingItem } from '../../../contract/http/live.ts';
import type { Failed } from '../../gateway/answer.ts';
import { askLists } from '../../gateway/api.ts';
import { failedText } from '../../text/problems.ts';
import { type Language, text } from '../../text/text.ts';
import { make, setHidden, setText } from '../../ui/dom.ts';

/**
 * What a resident sees: of which building the account is, and that nothing of the building's state is told here. No word
 * of it may be read as “all is well”: nobody judges that yet.
 */
export class ResidentPage {
  readonly node = make('section', { id: 'resident', class: 'card letter', hidden: '' });
  readonly #title = make('h1', { id: 'resident-title' });
  readonly #lines = make('div', { 'aria-live': 'polite' });
  readonly #onSignedOut: () => void;
  #buildings: readonly BuildingItem[] | Failed | null = null;
  #language: Language = 'ko';
  #asked = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(onSignedOut: () => void) {
    this.#onSignedOut = onSignedOut;
    this.node.append(this.#title, this.#lines);
  }

  isOpen(): boolean {
    return !this.node.hidden;
  }

  open(): void {
    setHidden(this.node, false);
    void this.#fetch();
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#asked += 1;
    this.#buildings = null;
    setHidden(this.node, true);
    this.#render();
  }

  show(language: Language): void {
    this.#language = language;
    this.#render();
  }

  async #fetch(): Promise<void> {
    clearTimeout(this.#retry);
    const turn = ++this.#asked;
    const answer = await askLists<[BuildingItem]>(['/api/v1/buildings']);
    // Another person may be here by now, or nobody.
    if (turn !== this.#asked) return;
    if (!answer.ok && answer.why === 'signed-out') return this.#onSignedOut();
    this.#buildings = answer.ok ? answer.body[0] : answer;
    if (!answer.ok) this.#retry = setTimeout(() => void this.#fetch(), 3000);
    this.#render();
  }

  #render(): void {
    const language = this.#language;
    const buildings = this.#buildings;
    const names = Array.isArray(buildings) ? buildings.map(({ name }) => name[language]).join(', ') : '';
    setText(this.#title, names === '' ? text(language, 'account') : names);
    if (this.isOpen()) document.title = `${this.#title.textContent} · 자리 Jari`;
    const lines = [...lead(buildings, names, language), text(language, 'residentNoState')];
    this.#lines.replaceChildren(...lines.map((line) => make('p', {}, [document.createTextNode(line)])));
  }
}

function lead(buildings: readonly BuildingItem[] | Failed | null, names: string, language: Language): string[] {
  if (buildings === null) return [text(language, 'loading')];
  if (!isList(buildings)) return [failedText(buildings, language)];
  if (names === '') return [text(language, 'residentNoBuilding')];
  return [text(language, 'residentAccount', { building: names }), text(language, 'residentLater')];
}

function isList(buildings: readonly BuildingItem[] | Failed): buildings is readonly BuildingItem[] {
  return Array.isArray(buildings);
}
