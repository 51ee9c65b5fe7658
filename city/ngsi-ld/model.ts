import { coreAttributes, coreTerms } from './core-terms.ts';

/**
 * An entity type as a table: one row an attribute. Whatever a row gives nothing for is left out, since NGSI-LD has no value
 * for "unknown" (GS CIM 009, 4.5.5: null only says what is deleted). So nothing unknown becomes 0, free or false.
 */
export type Row<V> = {
  readonly name: string;
  /** core: the core context's own · common: of every Smart Data Model · model: of this one · own: Jari's. */
  readonly of: Vocabulary;
  readonly kind?: 'Property' | 'GeoProperty' | 'Relationship';
  readonly get: (view: V) => unknown;
  /** It changes by itself: it carries the time for which it was so. */
  readonly isLive?: true;
  /** Names within its value, of every Smart Data Model: they are expanded like any other. */
  readonly inner?: readonly string[];
  /** UN/CEFACT common code. */
  readonly unit?: string;
};

export type Vocabulary = 'core' | 'common' | 'model' | 'own';

/** What every view says of itself. Epoch ms. */
export type Observed = {
  /** The moment for which it holds: when something of its gateway was agreed last; null: nothing ever was. */
  readonly asOf: number | null;
};

export type EntityModel<V extends Observed> = {
  readonly type: string;
  /** The Smart Data Model it is from. */
  readonly model: 'Parking' | 'Building' | 'Device' | 'Alert';
  readonly id: (view: V) => Urn;
  readonly rows: readonly Row<V>[];
};

/** Type and parts of a name, before anything is encoded. */
export type Urn = { readonly type: string; readonly parts: readonly string[] };

export type Attribute = { readonly type: string; readonly [key: string]: unknown };
export type Entity = { readonly id: string; readonly type: string; readonly [name: string]: Attribute | string };

const smartDataModels = 'https://smartdatamodels.org/';
export const ownVocabulary = 'urn:jari:ngsi-ld:';

/** The IRI of every term of a type. @throws when a name would mean something else by the core context */
export function termsOf<V extends Observed>({ type, model, rows }: EntityModel<V>): Map<string, string> {
  const terms = new Map([[type, `${smartDataModels}dataModel.${model}/${type}`]]);
  for (const { name, of, inner } of rows) {
    terms.set(name, iriOf(name, of, model));
    for (const part of inner ?? []) terms.set(part, iriOf(part, 'common', model));
  }
  return terms;
}

function iriOf(name: string, of: Vocabulary, model: string): string {
  if (coreTerms.has(name) !== (of === 'core')) throw new Error(`${name}: the core context decides what it means`);
  if (of === 'own') return `${ownVocabulary}${name}`;
  if (of === 'common') return `${smartDataModels}${name}`;
  if (of === 'model') return `${smartDataModels}dataModel.${model}/${name}`;
  const iri = coreAttributes[name];
  if (iri === undefined) throw new Error(`${name}: the core context has no attribute of this name`);
  return iri;
}

/** How names and times are written; see variants.ts. */
export type Writing = {
  readonly urn: (urn: Urn) => string;
  readonly type: (type: string) => string;
  readonly name: (type: string, name: string) => string;
  readonly time: (ms: number) => string;
  /** What an attribute is in place of what its row says. */
  readonly value?: (type: string, name: string, view: unknown) => unknown;
  /** Attributes that the reader's model does not have, and for which it would refuse the entity. */
  readonly without?: ReadonlySet<string>;
};

/** One entity, normalized. Pure. */
export function entityOf<V extends Observed>(model: EntityModel<V>, view: V, writing: Writing): Entity {
  const { type, rows } = model;
  const attributes = rows.flatMap((row) => {
    if (writing.without?.has(row.name)) return [];
    const value = writing.value?.(type, row.name, view) ?? row.get(view);
    // An empty list is no value in JSON-LD: hubs drop the attribute, or refuse the entity.
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    return [[writing.name(type, row.name), attributeOf(row, value, view, writing)] as const];
  });
  return { id: writing.urn(model.id(view)), type: writing.type(type), ...Object.fromEntries(attributes) };
}

function attributeOf<V extends Observed>(row: Row<V>, value: unknown, view: V, writing: Writing): Attribute {
  const kind = row.kind ?? 'Property';
  const said = written(value, writing);
  return {
    type: kind,
    ...(kind === 'Relationship' ? { object: said } : { value: said }),
    ...(row.unit === undefined ? {} : { unitCode: row.unit }),
    ...(row.isLive === undefined || view.asOf === null ? {} : { observedAt: writing.time(view.asOf) }),
  };
}

/** A name or a time in what an attribute says. */
export class Written {
  readonly of: Urn | number;

  constructor(of: Urn | number) {
    this.of = of;
  }
}

export const urnTo = (type: string, ...parts: readonly string[]) => new Written({ type, parts });
export const timeOf = (ms: number | null) => (ms === null ? null : new Written(ms));

function written(value: unknown, writing: Writing): unknown {
  if (value instanceof Written) return typeof value.of === 'number' ? writing.time(value.of) : writing.urn(value.of);
  return Array.isArray(value) ? value.map((each) => written(each, writing)) : value;
}

/** As key and value alone (GS CIM 009, 4.5.4). Pure. */
export function simplified(entity: Entity): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entity).map(([name, attribute]) =>
      typeof attribute === 'string' ? [name, attribute] : [name, attribute.value ?? attribute.object],
    ),
  );
}
