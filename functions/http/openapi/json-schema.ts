import type * as z from 'zod';

/** What callers may send, or get, as a JSON schema. */
export function jsonSchema(type: z.ZodType): z.core.JSONSchema.BaseSchema {
  // The method, not zod's function of this name: that brings what only schemas of other kinds need.
  const { $schema: _, ...schema } = type.toJSONSchema({ io: 'input' });
  return schema;
}
