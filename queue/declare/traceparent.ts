// W3C Trace Context (https://www.w3.org/TR/trace-context/): which trace a message belongs to, and what caused it.

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

/** Undefined for whatever the standard says to ignore. Versions to come may have more fields behind these. */
export function parseTraceparent(text: string): TraceParent | undefined {
  const [, version, traceId = '', parentId = '', flags = '', more] = form.exec(text) ?? [];
  if (version === undefined || version === 'ff') return undefined;
  if (version === '00' && more !== undefined) return undefined;
  if (zeros.test(traceId) || zeros.test(parentId)) return undefined;
  return { traceId, parentId, flags };
}

/** In the version that every option of this queue takes: 00. */
export const formatTraceparent = ({ traceId, parentId, flags }: TraceParent): string =>
  `00-${traceId}-${parentId}-${flags}`;

/** The trace of what this one causes: a span of its own in the same trace. */
export const childOf = (trace: TraceParent): TraceParent => ({
  ...trace,
  parentId: Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex'),
});

/** The trace that a message's headers name; none when they name none or an invalid one. */
export function traceOf(
  headers: Readonly<Record<string, string>> | null | undefined,
): TraceParent | undefined {
  const { traceparent } = headers ?? {};
  return traceparent === undefined ? undefined : parseTraceparent(traceparent);
}
