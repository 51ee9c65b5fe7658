import { forbiddenInXml } from '../../../contract/xml-text.ts';

/**
 * The part of XML 1.0 that CAP messages are written in, read strictly: elements, attributes, namespaces, comments, CDATA,
 * character references and the five named entities. A document type declaration is refused, and with it every way in
 * which a small document unfolds into a large one or names a file. Pure.
 */
export type XmlElement = {
  /** Without its prefix. */
  readonly name: string;
  /** Empty when the element is in none. */
  readonly namespace: string;
  readonly children: readonly XmlElement[];
  /** Its own text, all pieces together, without the white space around it. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
};

export type XmlProblem = { readonly problem: string; readonly line: number };

const charactersAtMost = 1_000_000;
const depthAtMost = 32;

class XmlError extends Error {}

/** The root element, or what is wrong and in which line. */
export function parseXml(source: string): { root: XmlElement } | XmlProblem {
  const text = source.replace(/^\uFEFF/, '');
  const tree = new TreeBuilder(text);
  try {
    if (text.length > charactersAtMost) throw new XmlError(`is longer than ${charactersAtMost} characters`);
    while (tree.at < text.length) tree.step();
    return { root: tree.finish() };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return { problem: error.message, line: lineAt(text, tree.at) };
  }
}

type Node = { qualified: string; attributes: string; children: Node[]; text: string; start: number };

/** Comment, instruction, CDATA, end tag, start tag or text. */
const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[(?<cdata>[\s\S]*?)\]\]>|<\/(?<end>[^\s<>/]+)\s*>|<(?<start>[^\s<>/!?"'=]+)(?<attributes>(?:\s+[^\s<>/="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|[^<]+/y;

class TreeBuilder {
  at = 0;
  readonly #text: string;
  readonly #stack: Node[] = [];
  #root: Node | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Takes one token. */
  step(): void {
    token.lastIndex = this.at;
    const match = token.exec(this.#text);
    if (match === null) throw new XmlError(notXml(this.#text.slice(this.at, this.at + 20)));
    const { cdata, end, start, attributes = '', empty } = match.groups ?? {};
    if (start !== undefined) this.#open(start, attributes);
    if (end !== undefined) this.#close(end);
    else if (start !== undefined && empty === '/') this.#close(start);
    else if (cdata !== undefined) this.#add(cdata);
    else if (!match[0].startsWith('<')) this.#add(unescapeXml(match[0]));
    this.at = token.lastIndex;
  }

  finish(): XmlElement {
    const open = this.#stack.at(-1);
    if (open !== undefined) throw new XmlError(`ends before </${open.qualified}>`);
    if (this.#root === undefined) throw new XmlError('holds no element');
    return this.#element(this.#root, new Map());
  }

  #open(qualified: string, attributes: string): void {
    const parent = this.#stack.at(-1);
    if (parent === undefined && this.#root !== undefined) throw new XmlError(`has a second root, <${qualified}>`);
    if (this.#stack.length >= depthAtMost) throw new XmlError(`is nested deeper than ${depthAtMost} elements`);
    const node: Node = { qualified, attributes, children: [], text: '', start: this.at };
    this.#root ??= node;
    parent?.children.push(node);
    this.#stack.push(node);
  }

  #close(qualified: string): void {
    const node = this.#stack.pop();
    if (node?.qualified === qualified) return;
    throw new XmlError(
      `closes </${qualified}> where ${node === undefined ? 'nothing' : `<${node.qualified}>`} is open`,
    );
  }

  #add(text: string): void {
    const node = this.#stack.at(-1);
    if (node !== undefined) node.text += text;
    else if (text.trim() !== '') throw new XmlError('has text outside its root element');
  }

  #element(node: Node, outer: ReadonlyMap<string, string>): XmlElement {
    const namespaces = namespacesOf(node.attributes, outer);
    const [name = '', prefix = ''] = node.qualified.split(':', 2).reverse();
    const namespace = namespaces.get(prefix);
    if (namespace === undefined && prefix !== '') throw new XmlError(`uses the prefix ${prefix} without declaring it`);
    return {
      name,
      namespace: namespace ?? '',
      children: node.children.map((child) => this.#element(child, namespaces)),
      text: node.text.trim(),
      line: lineAt(this.#text, node.start),
    };
  }
}

function notXml(rest: string): string {
  if (/^<!DOCTYPE/i.test(rest)) return 'has a document type declaration, which is not taken';
  return `is not XML at "${rest.split('\n')[0] ?? ''}"`;
}

function namespacesOf(attributes: string, outer: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const declared = [...attributes.matchAll(/\sxmlns(?::([^\s=]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  if (declared.length === 0) return outer;
  return new Map([...outer, ...declared.map((match) => [match[1] ?? '', match[2] ?? match[3] ?? ''] as const)]);
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  const plain = text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-z]+));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[name] ?? unknownEntity(whole);
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0x10ffff ? unknownEntity(whole) : String.fromCodePoint(code);
  });
  if (/&(?!(?:#x[0-9a-fA-F]{1,6}|#\d{1,7}|[a-z]+);)/.test(text)) throw new XmlError('has an & that begins no entity');
  if (plain.search(forbiddenInXml) >= 0) throw new XmlError('has a character that XML does not allow');
  return plain;
}

function unknownEntity(name: string): never {
  throw new XmlError(`uses ${name}, which XML does not know`);
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let index = text.indexOf('\n'); index >= 0 && index < at; index = text.indexOf('\n', index + 1)) line++;
  return line;
}
