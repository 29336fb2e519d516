// A message to try the server with, of a type that the application declares.
import type { StandardJSONSchemaV1 } from '@standard-schema/spec';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { exampleOf } from './example-of-schema.ts';

/** As the HTTP API takes it, but without the payload where nobody but its author knows what fits. */
export interface ExampleMessage {
  readonly type: string;
  readonly version?: number;
  readonly payload?: unknown;
}

/**
 * Of the first type whose schema tells a payload that fits: the first of its `examples`, or one that is made up. Otherwise of
 * the first type; undefined when the registry has none.
 */
export async function exampleMessage({
  messageTypes,
}: Registry): Promise<ExampleMessage | undefined> {
  for (const type of messageTypes.values()) {
    const payload = await examplePayload(type);
    if (payload !== undefined) return { ...kindOf(type), payload };
  }
  const [first] = messageTypes.values();
  return first && kindOf(first);
}

const kindOf = ({ name, version }: AnyMessageType) => ({
  type: name,
  ...(version > 1 && { version }),
});

async function examplePayload({ payload }: AnyMessageType): Promise<unknown> {
  const standard: AnyMessageType['payload']['~standard'] & Partial<StandardJSONSchemaV1.Props> =
    payload['~standard'];
  try {
    const schema = standard.jsonSchema?.input({ target: 'draft-2020-12' });
    if (!schema) return undefined;
    const example = JSON.parse(JSON.stringify(exampleOf(schema, 'payload')));
    const { issues } = await standard.validate(example);
    return issues ? undefined : example;
  } catch {
    // Not every schema can be expressed in JSON, and a check may fail on what it was not written for.
    return undefined;
  }
}
