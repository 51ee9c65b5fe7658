import { type Key, type Language, text } from '../text/text.ts';
import { setText } from './dom.ts';

/** Something said, in whichever language it is asked for. */
export type Words = (language: Language) => string;

/** Nodes whose words follow the language. */
export class Labels {
  readonly #said = new Map<Node, Words>();
  #language: Language = 'ko';

  /** Gives the node words, now and in every language to come. */
  say<N extends Node>(node: N, words: Key | Words): N {
    const say = typeof words === 'string' ? (language: Language) => text(language, words) : words;
    this.#said.set(node, say);
    setText(node, say(this.#language));
    return node;
  }

  show(language: Language): void {
    this.#language = language;
    for (const [node, say] of this.#said) setText(node, say(language));
  }
}
