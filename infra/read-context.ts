// How the CDK context is read by a table of its keys: what is not known is refused, since a typing mistake would be a default
// that nobody has chosen.
import type { Node } from 'constructs';
import { shownValue } from '#infra/function/shown-value.ts';
import { nearestName } from './nearest-name.ts';
import type { Kind } from './setting-kinds.ts';

/** What one key may hold, and the properties that its value stands for. */
export interface Setting<Properties> {
  readonly is: string;
  readonly read: (value: unknown) => Properties | undefined;
}

export function setting<Value, Properties>(
  kind: Kind<Value>,
  propertiesOf: (value: Value) => Properties,
): Setting<Properties> {
  return {
    is: kind.is,
    read(given) {
      const value = kind.read(given);
      return value === undefined ? undefined : propertiesOf(value);
    },
  };
}

type Settings<Properties> = Readonly<Record<string, Setting<Properties>>>;

/** Throws a TypeError with a line for each fault: the key, what it takes, and what was given. */
export function readContext<Properties extends object>(
  node: Node,
  settings: Settings<Properties>,
): Properties {
  const given = Object.entries<unknown>(node.getAllContext()).filter(([key]) => !isForeign(key));
  const read = given.map(([key, value]) => readSetting(settings, key, value));
  const faults = read.filter((result) => typeof result === 'string');
  if (faults.length > 0) throw new TypeError(faults.join('\n'));
  return read.filter((result) => typeof result !== 'string').reduce(merged, {} as Properties);
}

/** The CDK, its command line and its caches use the same context; but for two, their keys have a colon or begin with @. */
const isForeign = (key: string): boolean =>
  key.includes(':') || key.startsWith('@') || toolKeys.includes(key);
const toolKeys = ['cli-telemetry', 'acknowledged-issue-numbers'];

/** The properties that the key stands for, or the sentence that says why not. */
function readSetting<Properties>(
  settings: Settings<Properties>,
  key: string,
  value: unknown,
): Properties | string {
  const known = Object.hasOwn(settings, key) ? settings[key] : undefined;
  if (!known) return unknownKey(key, Object.keys(settings));
  const expected = `The context value "${key}" is ${known.is}; got ${shownValue(value)}`;
  return known.read(value) ?? expected;
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearestName(key, known);
  const hint = meant ? `Did you mean "${meant}"?` : `There are ${known.join(', ')}.`;
  return `The context has no key "${key}". ${hint} A key of your own has a colon in it, such as "shop:${key}".`;
}

/** Several keys may give parts of one property: plain objects are merged, everything else is replaced. */
function merged<Part extends object>(left: Part, right: Part): Part {
  const result = { ...left } as Record<string, unknown>;
  for (const [key, value] of Object.entries(right)) {
    const before = result[key];
    result[key] = isPlain(before) && isPlain(value) ? merged(before, value) : value;
  }
  return result as Part;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
