// A message type: a name, and the schema that every payload of that name must fit.
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { requireRedactPaths } from './redacted-values.ts';
import { requireRetention } from './retention.ts';
import { requireUpcasters, type Upcasters } from './upcast.ts';

export interface MessageType<Input = unknown, Payload = Input> {
  /** Dot-separated lower-case words: `order.placed`. */
  readonly name: string;
  /** Any Standard Schema; handlers get its output, enqueue takes its input. */
  readonly payload: StandardSchemaV1<Input, Payload>;
  /** Whether a browser may enqueue it. */
  readonly public: boolean;
  /** Of the payload's form, 1 to 32767. What is stored keeps its version. */
  readonly version: number;
  /** How a payload of version n becomes one of version n + 1, for every n below the version. */
  readonly upcasters: Upcasters;
  /** Payload fields whose values stay out of recorded errors, log lines and what operators are shown. */
  readonly redact: readonly string[];
  /** How long its messages and their history are kept, in whole days; undefined for as long as the registry says. */
  readonly retentionDays: number | undefined;
}

/** Whatever the payload: what code takes that handles message types of every kind. */
// biome-ignore lint/suspicious/noExplicitAny: a schema's input and output vary in opposite directions
export type AnyMessageType = MessageType<any, any>;

export type PayloadInput<Type extends AnyMessageType> =
  Type extends MessageType<infer Input, infer _Payload> ? Input : never;
export type PayloadOf<Type extends AnyMessageType> =
  Type extends MessageType<infer _Input, infer Payload> ? Payload : never;

const nameForm = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/;

/**
 * Declares a message type. Throws a TypeError when the name is not dot-separated lower-case words, or when another
 * property is out of range.
 *
 * version, 1 to 32767, default 1: raise it when the payload's form changes, and add the upcaster from the one before.
 * redact: fields such as 'email', 'card.number', 'items.*.sku' (* is any key, and every element of a list); name those
 * of every version that may still be stored. Their texts of 4 characters or more and numbers of 6 digits or more are
 * taken out of errors.
 * retentionDays, 1 to 3650: instead of the registry's.
 */
export function defineMessageType<Input, Payload>(type: {
  name: string;
  payload: StandardSchemaV1<Input, Payload>;
  public?: boolean;
  version?: number;
  upcasters?: Upcasters;
  redact?: readonly string[];
  retentionDays?: number;
}): MessageType<Input, Payload> {
  requireName(type.name);
  const declared = {
    name: type.name,
    payload: type.payload,
    public: type.public ?? false,
    version: type.version ?? 1,
    upcasters: type.upcasters ?? {},
    redact: type.redact ?? [],
    retentionDays: type.retentionDays,
  };
  requireUpcasters(declared);
  requireRedactPaths(declared);
  if (declared.retentionDays !== undefined) requireRetention(declared.retentionDays);
  return declared;
}

function requireName(name: string): void {
  if (!nameForm.test(name) || name.length > 100)
    throw new TypeError(
      `A message type's name is dot-separated lower-case words of at most 100 characters, such as "order.placed"; got "${name}"`,
    );
}
