// Turns values from a request's body into messages that may be stored, or lists everything that is wrong with them.
import { mayEnqueue } from '#functions/http/caller.ts';
import { type Fault, mostFaults } from '#functions/http/fault.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { browserFaults } from './browser-faults.ts';
import { type ContentCheck, contentFaults } from './content-faults.ts';
import { parseEnvelope } from './message-envelope.ts';

/** A value that ought to be a message, and the JSON pointer to its place in the body. */
export type Candidate = Parameters<typeof parseEnvelope>[0];

export type CheckedMessages =
  | { readonly ok: true; readonly messages: readonly NewMessage[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Messages get their ids here, before the database is called, so that the call may be repeated when its answer is lost.
 */
export async function checkMessages(
  check: ContentCheck,
  candidates: readonly Candidate[],
): Promise<CheckedMessages> {
  const messages: NewMessage[] = [];
  const faults: Fault[] = [];
  for (const candidate of candidates) {
    const { value, pointer } = candidate;
    const { envelope, faults: ofEnvelope } = parseEnvelope(candidate);
    // The content is checked even when the options are at fault, so that one answer names everything.
    const ofContent = await contentFaults(check, value, pointer);
    faults.push(...ofEnvelope, ...ofContent, ...optionFaults(check, envelope, pointer));
    if (envelope) messages.push({ id: uuidV7(), ...envelope });
    if (faults.length >= mostFaults) break;
  }
  if (faults.length === 0) return { ok: true, messages };
  return { ok: false, faults: faults.slice(0, mostFaults) };
}

function optionFaults(
  { registry, caller }: ContentCheck,
  envelope: ReturnType<typeof parseEnvelope>['envelope'],
  pointer: string,
): readonly Fault[] {
  const type = envelope && registry.messageTypes.get(envelope.type);
  return type && caller.isBrowser && mayEnqueue(caller, type.name)
    ? browserFaults(type, envelope, pointer)
    : [];
}
