// Checks whether the caller may enqueue messages of this type, and whether the payload is one of that type.
import * as z from 'zod';
import { type Caller, mayEnqueue } from '#functions/http/caller.ts';
import { type Fault, type FaultCode, faultAt, mostFaults } from '#functions/http/fault.ts';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import { mostPayloadBytes } from '#queue/declare/message-limits.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { type CheckedPayload, validatePayload } from '#queue/declare/payload.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';

// A message without a version is of version 1, as in SQL: a producer that has never heard of versions sends the type's
// first form.
const content = z.object({
  type: z.string(),
  payload: z.unknown(),
  version: z.int().min(1).default(1),
});
type Content = Omit<z.infer<typeof content>, 'type'>;

export interface ContentCheck {
  readonly registry: Registry;
  readonly log: Log;
  readonly caller: Caller;
}

/** The faults of type, version and payload. The payload is looked at only when its type and version are in order. */
export async function contentFaults(
  check: ContentCheck,
  value: unknown,
  pointer: string,
): Promise<readonly Fault[]> {
  const { data } = content.safeParse(value);
  if (!data) return [];
  const type = check.registry.messageTypes.get(data.type);
  // This comes before the question whether the type exists: who may not enqueue a type learns nothing about it.
  if (!mayEnqueue(check.caller, data.type))
    return typeFault(pointer, 'type_not_allowed', 'no scope of the caller covers this type');
  if (!type) return typeFault(pointer, 'unknown_type', 'no message type has this name');
  if (check.caller.isBrowser && !type.public)
    return typeFault(pointer, 'type_not_allowed', 'browsers may not enqueue this type');
  if (data.version > type.version)
    return [
      faultAt(`${pointer}/version`, 'invalid_field', `this type has versions 1 to ${type.version}`),
    ];
  return payloadFaults(check.log, type, data, `${pointer}/payload`);
}

function typeFault(pointer: string, code: FaultCode, detail: string): Fault[] {
  return [faultAt(`${pointer}/type`, code, detail)];
}

async function payloadFaults(
  log: Log,
  type: AnyMessageType,
  { payload, version }: Content,
  pointer: string,
): Promise<Fault[]> {
  // As Postgres writes it, a payload is as large or larger: what this lets pass, SQL may still refuse.
  if (Buffer.byteLength(JSON.stringify(payload)) > mostPayloadBytes)
    return [faultAt(pointer, 'payload_too_large', `expected at most ${mostPayloadBytes} bytes`)];
  const checked = await checkPayload(log, type, { payload, version });
  if (checked.ok) return [];
  return checked.issues
    .slice(0, mostFaults)
    .map((issue) => faultAt(`${pointer}${issue.pointer}`, 'invalid_payload', issue.message));
}

async function checkPayload(
  log: Log,
  type: AnyMessageType,
  { payload, version }: Content,
): Promise<CheckedPayload> {
  try {
    return await validatePayload(type, payload, version);
  } catch (error) {
    // A schema that throws has refused the payload in its own way, and would refuse it again: a 500 would only invite
    // the caller to try once more.
    log.error('schema threw', { type: type.name, error: { name: errorAttributes(error).name } });
    return { ok: false, issues: [{ pointer: '', message: 'the schema cannot take this payload' }] };
  }
}
