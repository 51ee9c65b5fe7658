import { coreContextUrl } from './core-terms.ts';
import { type Entity, type EntityModel, entityOf, type Observed, termsOf, type Writing } from './model.ts';
import { alert, building, device } from './models/building.ts';
import { offStreetParking, onStreetParking, parkingGroup, parkingSpot } from './models/parking.ts';
import type { Views } from './views.ts';

/** Every entity of all sites. Pure. */

type Mapped = {
  readonly model: EntityModel<never>;
  /** From all that is held to this type's entities. */
  readonly make: (views: Views, writing: Writing) => Entity[];
};

function mapped<V extends Observed>(model: EntityModel<V>, from: (views: Views) => readonly V[]): Mapped {
  return { model, make: (views, writing) => from(views).map((view) => entityOf(model, view, writing)) };
}

const all: readonly Mapped[] = [
  mapped(offStreetParking, ({ lots }) => lots.filter(({ place }) => place.kind !== 'on-street')),
  mapped(onStreetParking, ({ lots }) => lots.filter(({ place }) => place.kind === 'on-street')),
  mapped(parkingGroup, ({ groups }) => groups),
  mapped(parkingSpot, ({ spots }) => spots),
  mapped(building, ({ buildings }) => buildings),
  mapped(device, ({ devices }) => devices),
  mapped(alert, ({ alerts }) => alerts),
];

export const entityTypes = all.map(({ model }) => model.type);

/** Of all types. */
export const attributeNames: ReadonlySet<string> = new Set(
  all.flatMap(({ model }) => model.rows.map(({ name }: { readonly name: string }) => name)),
);

/** Entities of these types (all when null), each once. */
export function entitiesOf(views: Views, writing: Writing, types: ReadonlySet<string> | null = null): Entity[] {
  const wanted = all.filter(({ model }) => types === null || types.has(model.type));
  const made = wanted.flatMap(({ make }) => make(views, writing));
  return [...new Map(made.map((entity) => [entity.id, entity])).values()];
}

/** Name → IRI of one type: what a context of it says. Names of types of other models mean other things. */
const terms = new Map(all.map(({ model }) => [model.type, termsOf(model)]));

export function contextOf(type: string): { '@context': Record<string, string> } | null {
  const of = terms.get(type);
  return of === undefined ? null : { '@context': Object.fromEntries(of) };
}

/** A type by its name or its IRI. */
export function typeBy(name: string): string | null {
  if (terms.has(name)) return name;
  return [...terms].find(([type, of]) => of.get(type) === name)?.[0] ?? null;
}

/** As JSON-LD. `base`: where contexts are read. */
export function withContext(entity: Entity, type: string, base: string): Record<string, unknown> {
  return { ...entity, '@context': [`${base}/ngsi-ld/contexts/${type}.jsonld`, coreContextUrl] };
}

/**
 * With every name an IRI, so that a hub needs to read no context but the core's, which it has.
 * @throws when a name is in no context: it would mean something nobody meant
 */
export function expanded(entity: Entity, type: string): Entity {
  const of = terms.get(type);
  const iri = (name: string) => {
    const found = of?.get(name);
    if (found === undefined) throw new Error(`${type}: ${name} is in no context`);
    return found;
  };
  const { id, type: _, ...attributes } = entity;
  const named = Object.entries(attributes).map(([name, attribute]) => {
    if (typeof attribute === 'string' || !isPlain(attribute.value) || attribute.type !== 'Property')
      return [iri(name), attribute];
    const value = Object.fromEntries(Object.entries(attribute.value).map(([key, each]) => [iri(key), each]));
    return [iri(name), { ...attribute, value }];
  });
  return { id, type: iri(type), ...Object.fromEntries(named) };
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
