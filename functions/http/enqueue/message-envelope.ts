// The form of one message in a request: its type, its payload and the options of its delivery, each with its limits.
import * as z from 'zod';
import { type Fault, faultAt } from '#functions/http/fault.ts';
import { instant } from '#functions/http/read/instant.ts';
import { issueFaults } from '#functions/http/read/issue-faults.ts';
import {
  charactersIn,
  firstPriority,
  isKey,
  lastPriority,
  mostDelaySeconds,
  mostHeaderBytes,
  mostIdempotencySeconds,
  mostKeyCharacters,
  mostVersion,
} from '#queue/declare/message-limits.ts';
import { parseTraceparent, traceOf } from '#queue/declare/traceparent.ts';

// The engine itself takes any headers. These limits keep small what strangers may send along with every message.
const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/;

const mostHeaders = 20;

const headers = z
  .record(
    z.string().regex(headerName, { error: 'expected a lower-case name of at most 64 characters' }),
    z.string().refine((value) => charactersIn(value) <= 1_000, 'expected at most 1000 characters'),
  )
  .refine(
    (all) => Object.keys(all).length <= mostHeaders,
    `expected at most ${mostHeaders} headers`,
  )
  .refine((all) => writtenBytes(all) <= mostHeaderBytes, 'expected at most 8 KB of headers');

/** As Postgres writes them: with a space after each colon and comma. */
const writtenBytes = (all: Readonly<Record<string, string>>) =>
  Buffer.byteLength(JSON.stringify(all)) + Math.max(0, 2 * Object.keys(all).length - 1);

/** A key that a message may have: of its group, of whom it is for, or its own. */
export const messageKey = z
  .string()
  .refine(isKey, `expected 1 to ${mostKeyCharacters} characters`)
  .meta({ minLength: 1, maxLength: mostKeyCharacters });

const options = {
  type: z.string(),
  payload: z.unknown(),
  version: z.int().min(1).max(mostVersion).exactOptional(),
  delaySeconds: z.number().min(0).max(mostDelaySeconds).exactOptional(),
  scheduledAt: instant.exactOptional(),
  priority: z.int().min(firstPriority).max(lastPriority).exactOptional(),
  groupKey: messageKey.exactOptional(),
  fairnessKey: messageKey.exactOptional(),
  idempotencySeconds: z.number().min(1).max(mostIdempotencySeconds).exactOptional(),
  replace: z.boolean().exactOptional(),
  traceparent: z
    .string()
    .regex(/^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/, 'expected a W3C traceparent')
    .refine((text) => parseTraceparent(text), 'expected a W3C traceparent that is valid')
    .exactOptional(),
  headers: headers.exactOptional(),
};

const delayedOnce = {
  check: (message: { delaySeconds?: number; scheduledAt?: string }) =>
    message.delaySeconds === undefined || message.scheduledAt === undefined,
  fault: { path: ['scheduledAt'], error: 'expected delaySeconds or scheduledAt, not both' },
};

/** A message that has the request to itself. Its idempotency key comes in the request's header. */
export const singleEnvelope = z.strictObject(options).refine(delayedOnce.check, delayedOnce.fault);

/** A message among others, which brings its own idempotency key. */
export const batchEnvelope = z
  .strictObject({ ...options, idempotencyKey: messageKey.exactOptional() })
  .refine(delayedOnce.check, delayedOnce.fault);

const { idempotencySeconds: _, replace: __, ...withoutKey } = options;

/** A message of a chord, which takes no idempotency key: it might stand for one that is in no chord. */
export const chordEnvelope = z
  .strictObject(withoutKey)
  .refine(delayedOnce.check, delayedOnce.fault);

type Envelope = z.infer<typeof batchEnvelope>;

/** What the request's headers say about its messages. */
export type FromHeaders = Pick<Envelope, 'idempotencyKey' | 'traceparent'>;

interface Given {
  readonly value: unknown;
  readonly pointer: string;
  readonly fromHeaders: FromHeaders;
  readonly form: typeof singleEnvelope | typeof batchEnvelope | typeof chordEnvelope;
}

type Parsed =
  | { readonly envelope: Envelope; readonly faults: readonly [] }
  | { readonly envelope?: never; readonly faults: readonly Fault[] };

/** The value as a message, or its faults. `pointer` is its place in the body. The payload is passed on unchecked. */
export function parseEnvelope({ value, pointer, fromHeaders, form }: Given): Parsed {
  const { data, error } = form.safeParse(withFewHeaders(value));
  if (error) return { faults: issueFaults(error, pointer, Object.keys(form.shape)) };
  const { traceparent, ...key } = fromHeaders;
  // A message that names a trace in its own headers keeps it: that trace is nearer to the message's cause than the
  // trace of the request that brings it.
  const isTraced = traceparent === undefined || traceOf(data.headers) !== undefined;
  const envelope: Envelope = { ...key, ...(!isTraced && { traceparent }), ...data };
  const faults = keyFaults(envelope, pointer);
  return faults.length > 0 ? { faults } : { envelope, faults: [] };
}

/** Of too many headers only as many as show it: a schema looks at each of them before it counts them. */
function withFewHeaders(message: unknown): unknown {
  if (!(message instanceof Object && 'headers' in message)) return message;
  const { headers } = message;
  if (!(headers instanceof Object) || Object.keys(headers).length <= mostHeaders) return message;
  return {
    ...message,
    headers: Object.fromEntries(Object.entries(headers).slice(0, mostHeaders + 1)),
  };
}

function keyFaults(envelope: Envelope, pointer: string): Fault[] {
  if (envelope.idempotencyKey !== undefined) return [];
  return (['idempotencySeconds', 'replace'] as const)
    .filter((option) => envelope[option] !== undefined)
    .map((option) =>
      faultAt(`${pointer}/${option}`, 'invalid_field', 'expected together with an idempotency key'),
    );
}
