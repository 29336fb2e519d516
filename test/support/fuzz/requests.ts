// Random requests of every operation that the API's own OpenAPI document describes.
import fc from 'fast-check';
import type { Call } from '#test/support/functions/gateway-event.ts';
import { hostileText } from './hostile-values.ts';
import { type Making, type Schema, valuesOf } from './schema-values.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { schema: Schema } } };
  readonly responses: Readonly<Record<string, unknown>>;
}

/** An OpenAPI document, as far as requests depend on it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface FuzzedRequest {
  readonly call: Call;
  /** Documented ones, and those for a path that an odd parameter has led astray. */
  readonly statuses: readonly string[];
  /** As in the document, such as "POST /v1/messages". */
  readonly name: string;
}

/** known: what parameters and fields of a name may well hold. Half of the requests fit the document. */
export function requests(
  document: ApiDocument,
  known: Readonly<Record<string, fc.Arbitrary<string>>>,
): fc.Arbitrary<FuzzedRequest> {
  const resolve = (reference: string) =>
    document.components.schemas[reference.split('/').at(-1) ?? ''] ?? {};
  const places = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
    })),
  );
  const each = [false, true].flatMap((isHostile) =>
    places.map((place) => ({
      weight: richness(place),
      arbitrary: requestsOf(place, { resolve, known, isHostile }),
    })),
  );
  return fc.oneof(...each);
}

function requestsOf(
  { path, method, operation }: Place,
  making: Making,
): fc.Arbitrary<FuzzedRequest> {
  const schema = operation.requestBody?.content['application/json'].schema;
  const body = schema ? bodies(valuesOf(schema, making), making) : fc.constant(undefined);
  const inPath = parameters(operation, 'path', making);
  const inQuery = parameters(operation, 'query', making);
  const headers = parameters(operation, 'header', making);
  return fc
    .tuple(inPath, inQuery, headers, body, making.isHostile ? oddQuery : fc.constant([]))
    .map(([ofPath, ofQuery, ofHeaders, text, odd]) => ({
      name: `${method} ${path}`,
      statuses: [...Object.keys(operation.responses), '404', '405'],
      call: {
        method,
        path: path.replace(/\{(\w+)\}/g, (_, name) => encoded(Object(ofPath)[name] ?? '')),
        query: [...Object.entries(ofQuery), ...odd]
          .map((pair) => pair.map(encoded).join('='))
          .join('&'),
        headers: Object.fromEntries(
          Object.entries(ofHeaders).map(([name, value]) => [name, asText(value)]),
        ),
        ...(text !== undefined && { body: text }),
      },
    }));
}

function parameters({ parameters: all = [] }: Operation, place: Parameter['in'], making: Making) {
  const own = all.filter((parameter) => parameter.in === place);
  const properties = Object.fromEntries(own.map(({ name, schema }) => [name, schema]));
  const required = own.filter((parameter) => parameter.required).map(({ name }) => name);
  return valuesOf({ type: 'object', properties, required }, making).map(Object);
}

/** Bodies have more ways to be odd than paths. */
const richness = ({ operation }: Place) => (operation.requestBody ? 3 : 1);

interface Place {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

const encoded = (value: unknown) => encodeURIComponent(asText(value).toWellFormed());

const asText = (value: unknown) =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');

const oddQuery = fc.oneof(
  { weight: 15, arbitrary: fc.constant([]) },
  fc.array(fc.tuple(hostileText, hostileText), { maxLength: 2 }),
);

/** As JSON with escapes of all kinds, now and then cut short or with a sign too many. */
function bodies(values: fc.Arbitrary<unknown>, { isHostile }: Making): fc.Arbitrary<string> {
  const texts = fc.tuple(values, fc.boolean()).map(([value, isEscaped]) => {
    const text = JSON.stringify(value) ?? '';
    return isEscaped ? escaped(text) : text;
  });
  const spoiled = fc
    .tuple(texts, fc.nat(), fc.constantFrom('', '{', ']', '"', '\\', '\u0000', ',', '1'))
    .map(([text, at, sign]) => {
      const index = at % (text.length + 1);
      return text.slice(0, index) + sign + text.slice(index + 1);
    });
  return isHostile ? fc.oneof({ weight: 12, arbitrary: texts }, spoiled) : texts;
}

/** As Python and PHP write it: nothing but ASCII. */
const escaped = (text: string) =>
  text.replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
