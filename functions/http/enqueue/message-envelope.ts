// One message of a request: its type, payload and delivery options, each with its limits.
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
  mostIdempotencySeconds,
  mostKeyCharacters,
  mostVersion,
} from '#queue/declare/message-limits.ts';
import { parseTraceparent, traceOf } from '#queue/declare/traceparent.ts';

const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/;

const headers = z
  .record(
    z.string().regex(headerName, { error: 'expected a lower-case name of at most 64 characters' }),
    z.string().refine((value) => charactersIn(value) <= 1_000, 'expected at most 1000 characters'),
  )
  .refine((all) => Object.keys(all).length <= 20, 'expected at most 20 headers')
  .refine((all) => JSON.stringify(all).length <= 8_192, 'expected at most 8 KB of headers');

const key = z
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
  groupKey: key.exactOptional(),
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

/** A message that has a request to itself, and its idempotency key in a header. */
export const singleEnvelope = z.strictObject(options).refine(delayedOnce.check, delayedOnce.fault);

export const batchEnvelope = z
  .strictObject({ ...options, idempotencyKey: key.exactOptional() })
  .refine(delayedOnce.check, delayedOnce.fault);

type Envelope = z.infer<typeof batchEnvelope>;

/** What a request's headers say of its messages. */
export type FromHeaders = Pick<Envelope, 'idempotencyKey' | 'traceparent'>;

interface Given {
  readonly value: unknown;
  readonly pointer: string;
  readonly fromHeaders: FromHeaders;
  readonly form: typeof singleEnvelope | typeof batchEnvelope;
}

type Parsed =
  | { readonly envelope: Envelope; readonly faults: readonly [] }
  | { readonly envelope?: never; readonly faults: readonly Fault[] };

/** What stands at `pointer`, as a message, or what keeps it from being one. The payload is only carried. */
export function parseEnvelope({ value, pointer, fromHeaders, form }: Given): Parsed {
  const { data, error } = form.safeParse(value);
  if (error) return { faults: issueFaults(error, pointer, Object.keys(form.shape)) };
  const { traceparent, ...key } = fromHeaders;
  // A message's own trace is nearer to its cause than that of the request that brings it.
  const isTraced = traceparent === undefined || traceOf(data.headers) !== undefined;
  const envelope: Envelope = { ...key, ...(!isTraced && { traceparent }), ...data };
  const faults = keyFaults(envelope, pointer);
  return faults.length > 0 ? { faults } : { envelope, faults: [] };
}

function keyFaults(envelope: Envelope, pointer: string): Fault[] {
  if (envelope.idempotencyKey !== undefined) return [];
  return (['idempotencySeconds', 'replace'] as const)
    .filter((option) => envelope[option] !== undefined)
    .map((option) =>
      faultAt(`${pointer}/${option}`, 'invalid_field', 'expected together with an idempotency key'),
    );
}
