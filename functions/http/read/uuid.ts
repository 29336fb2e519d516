import * as z from 'zod';

/** A uuid of any version, in small letters as Postgres writes it. */
export const uuid = z
  .string()
  .regex(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i, 'expected a uuid')
  .toLowerCase()
  .meta({ format: 'uuid' });
