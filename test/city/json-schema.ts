/**
 * What JSON Schema says of a value, as far as the schemas of Smart Data Models use it; schemas that are elsewhere are not
 * followed. Empty when it fits.
 */
export type Schema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly pattern?: string;
  readonly format?: string;
  readonly $ref?: string;
};

export function misfits(value: unknown, schema: Schema, at = ''): string[] {
  if (schema.$ref !== undefined) return [];
  const found = [
    ...(schema.type === undefined || isOf(value, schema.type) ? [] : [`${at}: is no ${schema.type}`]),
    ...(schema.enum === undefined || schema.enum.includes(value)
      ? []
      : [`${at}: ${String(value)} is none of the words`]),
    ...(schema.allOf ?? []).flatMap((each) => misfits(value, each, at)),
  ];
  const { anyOf } = schema;
  if (anyOf?.every((each) => misfits(value, each, at).length > 0)) found.push(`${at}: fits none`);
  if (typeof value === 'number') found.push(...ofNumber(value, schema, at));
  if (typeof value === 'string') found.push(...ofText(value, schema, at));
  if (Array.isArray(value)) found.push(...ofList(value, schema, at));
  else if (typeof value === 'object' && value !== null) found.push(...ofObject(value, schema, at));
  return found;
}

function isOf(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function ofNumber(value: number, { minimum, maximum, exclusiveMinimum }: Schema, at: string): string[] {
  const tooLow = value < (minimum ?? value) || (exclusiveMinimum !== undefined && value <= exclusiveMinimum);
  return tooLow || value > (maximum ?? value) ? [`${at}: ${value} is out of range`] : [];
}

function ofText(value: string, { pattern, format }: Schema, at: string): string[] {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
  if (format === 'date-time' && !isTime) return [`${at}: ${value} is no time`];
  if (format === 'uri' && !URL.canParse(value)) return [`${at}: ${value} is no URI`];
  return pattern === undefined || new RegExp(pattern).test(value) ? [] : [`${at}: ${value} does not fit`];
}

function ofList(value: readonly unknown[], { items, minItems, uniqueItems }: Schema, at: string): string[] {
  return [
    ...(value.length < (minItems ?? 0) ? [`${at}: is too short`] : []),
    ...(uniqueItems === true && new Set(value).size < value.length ? [`${at}: says something twice`] : []),
    ...(items === undefined ? [] : value.flatMap((each, index) => misfits(each, items, `${at}[${index}]`))),
  ];
}

function ofObject(value: object, { required, properties }: Schema, at: string): string[] {
  return [
    ...(required ?? []).filter((name) => !(name in value)).map((name) => `${at}: has no ${name}`),
    ...Object.entries(value).flatMap(([name, each]) => misfits(each, properties?.[name] ?? {}, `${at}.${name}`)),
  ];
}
