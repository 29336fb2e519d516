import * as z from 'zod';
import { formatTraceparent, parseTraceparent } from '#queue/declare/traceparent.ts';
import type { FromHeaders } from './message-envelope.ts';

/** W3C Trace Context. */
export const traceHeader = z.string().exactOptional();

/** What the header says of the request's messages; nothing when it is invalid, as the standard has it. */
export function traceFrom(header: string | undefined): Pick<FromHeaders, 'traceparent'> {
  const trace = header === undefined ? undefined : parseTraceparent(header);
  return trace ? { traceparent: formatTraceparent(trace) } : {};
}
