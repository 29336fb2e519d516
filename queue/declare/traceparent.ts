// W3C Trace Context (https://www.w3.org/TR/trace-context/): which trace a message belongs to, and what caused it. A
// message carries it as its header `traceparent`, and its follow-ups go on with it, so that a tracing tool shows one
// request with all that it set off.

/** The fields of a traceparent. */
export interface TraceParent {
  /** 32 hex digits: the same for everything that one request set off. */
  readonly traceId: string;
  /** 16 hex digits: the span that is the cause. */
  readonly parentId: string;
  /** 2 hex digits; the last bit says that the trace is sampled. */
  readonly flags: string;
}

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const zeros = /^0+$/;

/**
 * Undefined for what the standard says to ignore: another form, version ff, ids of zeros. Later versions than 00 may
 * have more fields behind these, which are left out.
 */
export function parseTraceparent(text: string): TraceParent | undefined {
  const [, version, traceId = '', parentId = '', flags = '', more] = form.exec(text) ?? [];
  if (version === undefined || version === 'ff') return undefined;
  if (version === '00' && more !== undefined) return undefined;
  if (zeros.test(traceId) || zeros.test(parentId)) return undefined;
  return { traceId, parentId, flags };
}

/** Writes it in version 00, the only one that the option `traceparent` takes. */
export const formatTraceparent = ({ traceId, parentId, flags }: TraceParent): string =>
  `00-${traceId}-${parentId}-${flags}`;

/** The context for what this one causes: the same trace, with a new span as the parent. */
export const childOf = (trace: TraceParent): TraceParent => ({
  ...trace,
  parentId: Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex'),
});

/** The trace that a message's headers name; undefined when they name none or an invalid one. */
export function traceOf(
  headers: Readonly<Record<string, string>> | null | undefined,
): TraceParent | undefined {
  const { traceparent } = headers ?? {};
  return traceparent === undefined ? undefined : parseTraceparent(traceparent);
}
