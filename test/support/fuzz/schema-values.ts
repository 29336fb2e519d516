// Random values from a JSON schema: those that fit it, and those that nearly do.
import fc from 'fast-check';
import { hostileText, hostileValue } from './hostile-values.ts';

/** The parts of JSON Schema that our documents use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly propertyNames?: Schema;
  readonly format?: string;
}

export interface Making {
  /** What a `$ref` stands for. */
  readonly resolve: (reference: string) => Schema;
  /** What fields of a name may well hold, such as a message type that there is. */
  readonly known: Readonly<Record<string, fc.Arbitrary<unknown>>>;
  /** Whether some of the values within a value are something else than the schema asks for. */
  readonly isHostile: boolean;
}

export function valuesOf(schema: Schema, making: Making): fc.Arbitrary<unknown> {
  if (schema.$ref) return valuesOf(making.resolve(schema.$ref), making);
  const fit = fitting(schema, making);
  if (!making.isHostile) return fit;
  return fc.oneof({ weight: 12, arbitrary: fit }, { weight: 1, arbitrary: hostileValue });
}

function fitting(schema: Schema, making: Making): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return fc.oneof(...alternatives.map((each) => valuesOf(each, making)));
  const [type] = [schema.type ?? 'any'].flat();
  switch (type) {
    case 'object':
      return objects(schema, making);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, making), { minLength: 1, maxLength: 4 });
    case 'string':
      return texts(schema);
    case 'integer':
    case 'number':
      return numbers(schema, making, type === 'integer');
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

/** A field that is not required is there now and then: with many of them at once, some would always be at odds. */
function objects(schema: Schema, making: Making): fc.Arbitrary<object> {
  const { properties = {}, required = [] } = schema;
  const fields = Object.entries(properties).map(([name, of]) => {
    const values = fieldValues(name, of, making).map((value) => [[name, value]]);
    if (required.includes(name)) return values;
    return fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, values);
  });
  const usual = fc
    .tuple(fc.tuple(...fields), others(schema, making))
    .map(([known, more]) => ({ ...Object.fromEntries(known.flat()), ...more }));
  return making.isHostile ? fc.tuple(usual, fc.nat(40)).map(withoutField) : usual;
}

function fieldValues(name: string, schema: Schema, making: Making): fc.Arbitrary<unknown> {
  const usual = valuesOf(schema, making);
  const known = making.known[name];
  return known ? fc.oneof({ weight: 4, arbitrary: known }, usual) : usual;
}

/** Fields that the schema does not name. */
function others(schema: Schema, making: Making): fc.Arbitrary<object> {
  const { additionalProperties: allowed, propertyNames = {} } = schema;
  const names = propertyNames.pattern
    ? fc.stringMatching(new RegExp(propertyNames.pattern))
    : hostileText;
  if (typeof allowed === 'object')
    return fc.dictionary(names, valuesOf(allowed, making), { maxKeys: 2 });
  if (!making.isHostile) return fc.constant({});
  const unknown = fc.dictionary(hostileText, hostileValue, { maxKeys: 2 });
  return fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, unknown);
}

function withoutField([object, index]: [object, number]): object {
  const dropped = Object.keys(object)[index];
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== dropped));
}

function texts({ format, pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time')
    return fc
      .date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.min(maxLength, 200) });
}

function numbers(
  { minimum = -1e6, maximum = 1e6 }: Schema,
  { isHostile }: Making,
  isWhole: boolean,
): fc.Arbitrary<number> {
  const inside = isWhole
    ? fc.integer({ min: Math.ceil(minimum), max: Math.floor(Math.min(maximum, 2 ** 31 - 1)) })
    : fc.double({ min: minimum, max: maximum, noNaN: true });
  const edges = isHostile ? [minimum - 1, maximum + 1] : [minimum, maximum];
  return fc.oneof({ weight: 6, arbitrary: inside }, fc.constantFrom(...edges));
}
