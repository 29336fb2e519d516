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

function formOf(type: AnyMessageType, common: z.core.JSONSchema.BaseSchema): object {
  const { name, version } = type;
  const { properties = {}, required = [] } = common;
  return {
    ...common,
    title: name,
    description: limitsOf(type),
    properties: {
      ...properties,
      type: { const: name },
      payload: { $ref: `#/components/schemas/${name}` },
      ...(version > 1 && { version: { const: version } }),
    },
    required: version > 1 ? [...required, 'version'] : required,
  };
}

/** Prose, and not part of the form: whoever is no browser may give more. */
function limitsOf({ public: limits }: AnyMessageType): string | undefined {
  if (!limits) return undefined;
  const { priority, groupDelaySeconds, replace } = limits;
  return `From a browser: priority ${priority} to 9, in a group a delay of at most ${groupDelaySeconds} s, ${replace ? 'also' : 'no'} replace.`;
}
