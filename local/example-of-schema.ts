// A value that fits a JSON schema, as far as the schema tells what fits. Whether it does is for the schema itself to say.

/** The part of JSON Schema that is read here. */
export interface JsonSchema {
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** What the schema has among its examples, or else the least that it asks for; undefined where it does not tell. */
export function exampleOf(schema: JsonSchema, name: string): unknown {
  const given = [schema.examples?.[0], schema.const, schema.enum?.[0], schema.default];
  const found = given.find((value) => value !== undefined);
  if (found !== undefined) return found;
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return exampleOf(choice, name);
  const [type] = [schema.type].flat();
  return type === undefined ? undefined : kinds[type]?.(schema, name);
}

const kinds: Readonly<Record<string, (schema: JsonSchema, name: string) => unknown>> = {
  object: ({ properties = {}, required = [] }) =>
    Object.fromEntries(required.map((key) => [key, exampleOf(properties[key] ?? {}, key)])),
  array: ({ items, prefixItems, minItems = 1 }, name) =>
    prefixItems?.map((item) => exampleOf(item, name)) ??
    Array.from({ length: Math.max(minItems, 1) }, () => exampleOf(items ?? {}, name)),
  string: ({ format, minLength = 1, maxLength }, name) =>
    formats[format ?? ''] ?? wordFor(name).padEnd(minLength, '-').slice(0, maxLength),
  integer: leastNumber,
  number: leastNumber,
  boolean: () => true,
  null: () => null,
};

/** 1, or what is nearest to it. */
function leastNumber({ minimum = -Infinity, exclusiveMinimum, maximum = Infinity }: JsonSchema) {
  const least = exclusiveMinimum === undefined ? minimum : Math.floor(exclusiveMinimum) + 1;
  return Math.min(Math.max(1, least), maximum);
}

const formats: Readonly<Record<string, string>> = {
  email: 'reader@example.com',
  uuid: '0199b0e0-0000-7000-8000-000000000001',
  uri: 'https://example.com/',
  'date-time': '2026-01-01T12:00:00Z',
  date: '2026-01-01',
  time: '12:00:00',
};

/** "order-1" for orderId, and "sku" for sku. */
const wordFor = (name: string): string => name.replace(/(?<=.)_?[iI]d$/, '-1');
