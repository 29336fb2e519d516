import * as z from 'zod';
import { formatTraceparent, parseTraceparent } from '#queue/declare/traceparent.ts';
import type { FromHeaders } from './message-envelope.ts';

/** The header of the W3C Trace Context, https://www.w3.org/TR/trace-context/. */
export const traceHeader = z.string().exactOptional();

/** The trace that the request's messages belong to. An invalid header is ignored, as the standard demands. */
export function traceFrom(header: string | undefined): Pick<FromHeaders, 'traceparent'> {
  const trace = header === undefined ? undefined : parseTraceparent(header);
  return trace ? { traceparent: formatTraceparent(trace) } : {};
}
