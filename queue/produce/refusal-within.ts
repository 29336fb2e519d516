// Some libraries wrap the database's error in one of their own, and tell apart neither refusals nor their places.

import type { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { isObject } from '#queue/is-object.ts';
import { refusalOf } from '#queue/routines/refusal.ts';

/** Deeper than any library wraps: an error may be its own cause, by a mistake of somebody's. */
const mostWrappings = 8;

/** The refusal that an error is or wraps; undefined when it is another error. */
export function refusalWithin(error: unknown): EnqueueRefused | undefined {
  let inner = error;
  for (let depth = 0; depth < mostWrappings && inner !== undefined; depth += 1) {
    const refusal = refusalOf(inner);
    if (refusal) return refusal;
    inner = wrappedIn(inner);
  }
  return undefined;
}

/** Drizzle has the database's error as its cause; Prisma in `meta`, and from version 7 on as the cause of one in there. */
function wrappedIn(error: unknown): unknown {
  if (!isObject(error)) return undefined;
  const { cause, meta, driverAdapterError } = error as Readonly<Record<string, unknown>>;
  return cause ?? meta ?? driverAdapterError;
}
