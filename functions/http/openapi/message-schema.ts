// The JSON schema of a message: one form for each public message type, and one form that fits messages of every type.
import type * as z from 'zod';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { jsonSchema } from './json-schema.ts';

/** Message types that are not public are not named, because anybody may read the document without a key. */
export function messageSchema(registry: Registry, envelope: z.ZodObject): object {
  const common = jsonSchema(envelope);
  const types = [...registry.messageTypes.values()].filter((type) => type.public);
  return {
    anyOf: [...types.map((type) => formOf(type, common)), { ...common, title: 'any type' }],
  };
}

function formOf({ name, version }: AnyMessageType, common: z.core.JSONSchema.BaseSchema): object {
  const { properties = {}, required = [] } = common;
  return {
    ...common,
    title: name,
    properties: {
      ...properties,
      type: { const: name },
      payload: { $ref: `#/components/schemas/${name}` },
      ...(version > 1 && { version: { const: version } }),
    },
    required: version > 1 ? [...required, 'version'] : required,
  };
}
