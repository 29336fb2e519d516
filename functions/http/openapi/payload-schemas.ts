// The JSON schemas of the payloads of all public message types.
import type { StandardJSONSchemaV1 } from '@standard-schema/spec';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import type { Registry } from '#queue/declare/registry.ts';

export function payloadSchemas({ messageTypes }: Registry): Record<string, object> {
  const types = [...messageTypes.values()].filter((type) => type.public);
  return Object.fromEntries(types.map((type) => [type.name, payloadSchema(type)]));
}

function payloadSchema({ name, payload }: AnyMessageType): object {
  const description = `The payload of ${name}.`;
  const standard: Partial<StandardJSONSchemaV1.Props> = payload['~standard'];
  try {
    const schema = standard.jsonSchema?.input({ target: 'draft-2020-12' });
    if (!schema) return { description };
    const { $schema: _, ...described } = schema;
    return { description, ...described };
  } catch {
    // Not every schema can be expressed in JSON; one whose check is a function cannot, for example.
    return { description };
  }
}
