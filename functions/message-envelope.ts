// One message of a request: its type, payload and delivery options, each with its limits.
import * as z from 'zod';
import type { Fault } from './fault.ts';
import { issueFaults } from './issue-faults.ts';

const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

const characters = (text: string) => [...text].length;

const headers = z
  .record(
    z.string().regex(headerName, { error: 'expected a lower-case name of at most 64 characters' }),
    z.string().refine((value) => characters(value) <= 1_000, 'expected at most 1000 characters'),
  )
  .refine((all) => Object.keys(all).length <= 20, 'expected at most 20 headers')
  .refine((all) => JSON.stringify(all).length <= 8_192, 'expected at most 8 KB of headers');

const envelope = z
  .strictObject({
    type: z.string(),
    payload: z.unknown(),
    delaySeconds: z.number().min(0).max(31_536_000).exactOptional(),
    scheduledAt: z
      .string()
      .regex(instant, 'expected an ISO 8601 instant with offset')
      .exactOptional(),
    priority: z.int().min(1).max(9).exactOptional(),
    groupKey: z
      .string()
      .refine((key) => key && characters(key) <= 200, 'expected 1 to 200 characters')
      .exactOptional(),
    headers: headers.exactOptional(),
  })
  .refine(
    ({ delaySeconds, scheduledAt }) => delaySeconds === undefined || scheduledAt === undefined,
    {
      path: ['scheduledAt'],
      error: 'expected delaySeconds or scheduledAt, not both',
    },
  );

const fields = Object.keys(envelope.shape);

export type Envelope = z.infer<typeof envelope>;

/** What stands at `pointer`, as a message, or what keeps it from being one. The payload is only carried. */
export function parseEnvelope(
  value: unknown,
  pointer: string,
): { readonly envelope?: Envelope; readonly faults: readonly Fault[] } {
  const { data, error } = envelope.safeParse(value);
  return data ? { envelope: data, faults: [] } : { faults: issueFaults(error, pointer, fields) };
}
