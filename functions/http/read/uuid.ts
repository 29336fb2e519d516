import * as z from 'zod';

/** A uuid of any version. Gives it in lower case, as Postgres writes uuids. */
export const uuid = z
  .string()
  .regex(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i, 'expected a uuid')
  .toLowerCase()
  .meta({ format: 'uuid' });
