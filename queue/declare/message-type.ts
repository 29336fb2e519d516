// A message type: a name, and the schema that every payload of that name must fit. Producers and handlers have nothing
// else in common.

import type { StandardSchemaV1 } from '@standard-schema/spec';
import { misuse } from '#queue/misuse.ts';
import { type BrowserLimits, browserLimits } from './browser-limits.ts';
import { requireRedactPaths } from './redacted-values.ts';
import { requireRetention } from './retention.ts';
import { requireUpcasters, type Upcasters } from './upcast.ts';

/** What `defineMessageType` declared: a name, the schema of its payloads, and how messages of it are treated. */
export interface MessageType<Input = unknown, Payload = Input, Name extends string = string> {
  /** Lower-case words separated by dots, at most 100 characters: `order.placed`. */
  readonly name: Name;
  /**
   * Any Standard Schema (https://standardschema.dev), such as one of zod, valibot or arktype. Enqueue takes the
   * schema's input; handlers get its output, with defaults and transformations applied. A payload has at most 256 KiB.
   */
  readonly payload: StandardSchemaV1<Input, Payload>;
  /**
   * Whether browsers may enqueue messages of the type, and with which options. Default false: servers, SQL and handlers
   * only. True stands for the defaults of the limits.
   */
  readonly public: false | BrowserLimits;
  /**
   * The version of the payload's form, 1 to 32767, default 1. Raise it when the form changes, and add the upcaster
   * from the version before: messages that are stored keep the version that they were sent with.
   */
  readonly version: number;
  /** For every version n below the type's own, how a payload of version n becomes one of version n + 1. */
  readonly upcasters: Upcasters;
  /**
   * Payload fields whose values stay out of recorded errors, log lines and what operators are shown: `email`,
   * `card.number`, `items.*.sku` (* is any key, and every element of a list). Name the fields of every version that
   * may still be stored. Errors lose texts of 4 characters or more and numbers of 6 digits or more; shorter ones say
   * little, and taking them out would make every error unreadable. Default none.
   */
  readonly redact: readonly string[];
  /**
   * What is kept of an error with which a handler or a schema refuses a message of the type: `'whole'`, the default, is
   * name, message, code, stack and causes, without the redacted values; `'names'` is names and codes alone. A redacted
   * value is found as it stands in the payload and in the usual encodings; in other letters, in part or in base64 it is
   * not. Where that is not enough, keep names.
   */
  readonly errors: 'whole' | 'names';
  /** How many whole days messages of the type and their history are kept. 1 to 3650, default the registry's. */
  readonly retentionDays: number | undefined;
}

/** A message type whatever its payload, for code that takes all of them. */
// biome-ignore lint/suspicious/noExplicitAny: a schema's input and output vary in opposite directions
export type AnyMessageType = MessageType<any, any>;

/** What enqueue takes as the payload of a type. */
export type PayloadInput<Type extends AnyMessageType> =
  Type extends MessageType<infer Input, infer _Payload> ? Input : never;
/** What a handler of a type gets as the payload. */
export type PayloadOf<Type extends AnyMessageType> =
  Type extends MessageType<infer _Input, infer Payload> ? Payload : never;

const nameForm = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/;

/**
 * Declares a message type. All but name and payload has a default; `public` is true, or the limits that differ from theirs.
 * Throws a TypeError that says which property is out of range and what was given.
 *
 * @example
 * ```ts
 * const orderPlaced = defineMessageType({
 *   name: 'order.placed',
 *   payload: z.object({ orderId: z.uuid(), cents: z.int().positive() }),
 *   public: true,
 * });
 * ```
 */
export function defineMessageType<Input, Payload, Name extends string = string>(
  type: Pick<MessageType<Input, Payload, Name>, 'name' | 'payload'> &
    Partial<Omit<MessageType<Input, Payload>, 'public' | 'name'>> & {
      readonly public?: boolean | Partial<BrowserLimits>;
    },
): MessageType<Input, Payload, Name> {
  requireName(type.name);
  const declared = {
    name: type.name,
    payload: type.payload,
    public: type.public ? browserLimits(type.public) : (false as const),
    version: type.version ?? 1,
    upcasters: type.upcasters ?? {},
    redact: type.redact ?? [],
    errors: type.errors ?? ('whole' as const),
    retentionDays: type.retentionDays,
  };
  requireUpcasters(declared);
  requireRedactPaths(declared);
  requireErrors(declared);
  if (declared.retentionDays !== undefined) requireRetention(declared.retentionDays);
  return declared;
}

function requireErrors({ name, errors }: { name: string; errors: unknown }): void {
  if (errors !== 'whole' && errors !== 'names')
    misuse(`Message type "${name}": errors is 'whole' or 'names'; got ${JSON.stringify(errors)}`);
}

function requireName(name: string): void {
  if (!nameForm.test(name) || name.length > 100)
    misuse(
      `A message type's name is dot-separated lower-case words of at most 100 characters, such as "order.placed"; got "${name}"`,
    );
}
