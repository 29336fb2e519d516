import type * as z from 'zod';

/** The JSON schema of what callers send or get. */
export function jsonSchema(type: z.ZodType): z.core.JSONSchema.BaseSchema {
  // This is the schema's own method. Zod's function of the same name would bring the code for all kinds of schemas into
  // the bundle.
  const { $schema: _, ...schema } = type.toJSONSchema({ io: 'input' });
  return schema;
}
