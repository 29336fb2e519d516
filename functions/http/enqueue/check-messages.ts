// From values in a request's body to messages that may be stored, or to every fault that they have.

import { type Fault, mostFaults } from '#functions/http/fault.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { type ContentCheck, contentFaults } from './content-faults.ts';
import { parseEnvelope } from './message-envelope.ts';

/** A value that ought to be a message, with the JSON pointer to where it stands in the body. */
export type Candidate = Parameters<typeof parseEnvelope>[0];

export type CheckedMessages =
  | { readonly ok: true; readonly messages: readonly NewMessage[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Messages get their ids here, before anything is sent, so that sending may be repeated. */
export async function checkMessages(
  check: ContentCheck,
  candidates: readonly Candidate[],
): Promise<CheckedMessages> {
  const messages: NewMessage[] = [];
  const faults: Fault[] = [];
  for (const candidate of candidates) {
    const { value, pointer } = candidate;
    const { envelope, faults: ofEnvelope } = parseEnvelope(candidate);
    // Looked at even when the options are at fault, so that one answer names everything.
    const ofContent = await contentFaults(check, value, pointer);
    faults.push(...ofEnvelope, ...ofContent);
    if (envelope) messages.push({ id: uuidV7(), ...envelope });
    if (faults.length >= mostFaults) break;
  }
  if (faults.length === 0) return { ok: true, messages };
  return { ok: false, faults: faults.slice(0, mostFaults) };
}
