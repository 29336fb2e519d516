// A message type: a name, and the schema that every payload of that name must fit.
import type { StandardSchemaV1 } from '@standard-schema/spec';

export interface MessageType<Input = unknown, Payload = Input> {
  /** Dot-separated lower-case words: `order.placed`. */
  readonly name: string;
  /** Any Standard Schema; handlers get its output, enqueue takes its input. */
  readonly payload: StandardSchemaV1<Input, Payload>;
  /** Whether a browser may enqueue it. */
  readonly public: boolean;
}

/** Whatever the payload: what code takes that handles message types of every kind. */
// biome-ignore lint/suspicious/noExplicitAny: a schema's input and output vary in opposite directions
export type AnyMessageType = MessageType<any, any>;

export type PayloadInput<Type extends AnyMessageType> =
  Type extends MessageType<infer Input, infer _Payload> ? Input : never;
export type PayloadOf<Type extends AnyMessageType> =
  Type extends MessageType<infer _Input, infer Payload> ? Payload : never;

const nameForm = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/;

/** Declares a message type. Throws a TypeError when the name is not dot-separated lower-case words. */
export function defineMessageType<Input, Payload>(type: {
  name: string;
  payload: StandardSchemaV1<Input, Payload>;
  public?: boolean;
}): MessageType<Input, Payload> {
  if (!nameForm.test(type.name) || type.name.length > 100)
    throw new TypeError(
      `A message type's name is dot-separated lower-case words of at most 100 characters, such as "order.placed"; got "${type.name}"`,
    );
  return { name: type.name, payload: type.payload, public: type.public ?? false };
}
