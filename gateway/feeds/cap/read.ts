import { type StructureProblem, structureProblems } from './elements.ts';
import {
  type CapArea,
  type CapInfo,
  type CapMessage,
  type CapPair,
  type CapReference,
  type CapResource,
  type CapTime,
  categories,
  certainties,
  type LatLon,
  msgTypes,
  responseTypes,
  scopes,
  severities,
  statuses,
  urgencies,
} from './message.ts';
import { tryCapTime } from './time.ts';
import { parseXml, type XmlElement } from './xml.ts';

export type CapReadResult =
  | { readonly message: CapMessage; readonly problems: null }
  | { readonly message: null; readonly problems: readonly StructureProblem[] };

/**
 * Reads a CAP 1.2 message, with or without a namespace prefix. All that is wrong comes back at once, with line and path;
 * never throws. Pure.
 */
export function readCap(text: string): CapReadResult {
  const parsed = parseXml(text);
  if ('problem' in parsed) {
    return { message: null, problems: [{ where: 'document', line: parsed.line, problem: parsed.problem }] };
  }
  const structure = structureProblems(parsed.root);
  if (structure.length > 0) return { message: null, problems: structure };
  const problems: StructureProblem[] = [];
  const message = messageOf(new Fields(parsed.root, 'alert', problems));
  return problems.length > 0 ? { message: null, problems } : { message, problems: null };
}

function messageOf(fields: Fields): CapMessage {
  return {
    identifier: fields.text('identifier'),
    sender: fields.text('sender'),
    sent: fields.time('sent') ?? { ms: 0, offset: 0 },
    status: fields.code('status', statuses),
    msgType: fields.code('msgType', msgTypes),
    source: fields.optional('source'),
    scope: fields.code('scope', scopes),
    restriction: fields.optional('restriction'),
    addresses: groupOf(fields.text('addresses')),
    codes: fields.texts('code'),
    note: fields.optional('note'),
    references: fields.parsed('references', referencesOf, 'is not a list of sender,identifier,sent') ?? [],
    incidents: groupOf(fields.text('incidents')),
    infos: fields.each('info').map(infoOf),
  };
}

function infoOf(fields: Fields): CapInfo {
  return {
    language: fields.optional('language'),
    categories: fields.codes('category', categories),
    event: fields.text('event'),
    responseTypes: fields.codes('responseType', responseTypes),
    urgency: fields.code('urgency', urgencies),
    severity: fields.code('severity', severities),
    certainty: fields.code('certainty', certainties),
    audience: fields.optional('audience'),
    eventCodes: fields.each('eventCode').map(pairOf),
    effective: fields.time('effective'),
    onset: fields.time('onset'),
    expires: fields.time('expires'),
    senderName: fields.optional('senderName'),
    headline: fields.optional('headline'),
    description: fields.optional('description'),
    instruction: fields.optional('instruction'),
    web: fields.optional('web'),
    contact: fields.optional('contact'),
    parameters: fields.each('parameter').map(pairOf),
    resources: fields.each('resource').map(resourceOf),
    areas: fields.each('area').map(areaOf),
  };
}

function pairOf(fields: Fields): CapPair {
  return { valueName: fields.text('valueName'), value: fields.text('value') };
}

function resourceOf(fields: Fields): CapResource {
  return {
    resourceDesc: fields.text('resourceDesc'),
    mimeType: fields.text('mimeType'),
    size: fields.number('size'),
    uri: fields.optional('uri'),
    derefUri: fields.optional('derefUri'),
    digest: fields.optional('digest'),
  };
}

function areaOf(fields: Fields): CapArea {
  return {
    areaDesc: fields.text('areaDesc'),
    polygons: fields.allParsed('polygon', polygonOf, 'is not a closed ring of lat,lon points'),
    circles: fields.allParsed('circle', circleOf, 'is not "lat,lon radius"'),
    geocodes: fields.each('geocode').map(pairOf),
    altitude: fields.number('altitude'),
    ceiling: fields.number('ceiling'),
  };
}

/** Four points at least, the last one the first (CAP 1.2, 3.2.4). */
function polygonOf(text: string): LatLon[] | undefined {
  const points = text.split(/\s+/).map(pointOf);
  const first = points[0];
  const last = points.at(-1);
  if (points.length < 4 || first?.lat !== last?.lat || first?.lon !== last?.lon) return undefined;
  return points.every((point) => point !== undefined) ? points : undefined;
}

function circleOf(text: string): (LatLon & { radiusKm: number }) | undefined {
  const [centre = '', radius = '', more] = text.split(/\s+/);
  const point = pointOf(centre);
  if (point === undefined || more !== undefined || !/^\d+(\.\d+)?$/.test(radius)) return undefined;
  return { ...point, radiusKm: Number(radius) };
}

function pointOf(text: string): LatLon | undefined {
  const match = /^([+-]?\d+(?:\.\d+)?),([+-]?\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) return undefined;
  const point = { lat: Number(match[1]), lon: Number(match[2]) };
  return Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180 ? point : undefined;
}

function referencesOf(text: string): CapReference[] | undefined {
  const references = text.split(/\s+/).map((triplet) => {
    const [sender = '', identifier = '', sent = '', more] = triplet.split(',');
    const time = tryCapTime(sent);
    return time === undefined || sender === '' || identifier === '' || more !== undefined
      ? undefined
      : { sender, identifier, sent: time };
  });
  return references.every((reference) => reference !== undefined) ? references : undefined;
}

/** Values are parted by spaces; one in quotes may hold some. */
function groupOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

/** One element's children by name. The structure is known to be right; what is left to find is kept in `problems`. */
class Fields {
  readonly #element: XmlElement;
  readonly #path: string;
  readonly #problems: StructureProblem[];

  constructor(element: XmlElement, path: string, problems: StructureProblem[]) {
    this.#element = element;
    this.#path = path;
    this.#problems = problems;
  }

  each(name: string): Fields[] {
    return this.#all(name).map((child) => new Fields(child, `${this.#path}/${name}`, this.#problems));
  }

  texts(name: string): string[] {
    return this.#all(name).map(({ text }) => text);
  }

  /** Empty when there is none. */
  text(name: string): string {
    return this.texts(name)[0] ?? '';
  }

  optional(name: string): string | null {
    return this.texts(name)[0] ?? null;
  }

  number(name: string): number | null {
    const text = this.optional(name);
    return text === null ? null : Number(text);
  }

  time(name: string): CapTime | null {
    return tryCapTime(this.text(name)) ?? null;
  }

  codes<T extends string>(name: string, known: readonly T[]): T[] {
    return this.texts(name).flatMap((text) => known.filter((code) => code === text));
  }

  code<T extends string>(name: string, known: readonly [T, ...T[]]): T {
    return this.codes(name, known)[0] ?? known[0];
  }

  parsed<T>(name: string, parse: (text: string) => T | undefined, otherwise: string): T | undefined {
    return this.allParsed(name, parse, otherwise)[0];
  }

  allParsed<T>(name: string, parse: (text: string) => T | undefined, otherwise: string): T[] {
    return this.#all(name).flatMap(({ text, line }) => {
      const value = parse(text);
      if (value !== undefined) return [value];
      this.#problems.push({ where: `${this.#path}/${name}`, line, problem: otherwise });
      return [];
    });
  }

  #all(name: string): XmlElement[] {
    return this.#element.children.filter((child) => child.name === name);
  }
}
