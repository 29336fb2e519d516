// Looks at payloads before the database is asked. A statement that fails would cost the application its transaction, and
// the database knows no schemas.
import { validatePayload } from '#queue/declare/payload.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { VersionUnknown } from '#queue/errors.ts';
import type { MessageToEnqueue } from './message.ts';

/** Throws an EnqueueRefused for the first message whose payload does not fit its type's schema. */
export async function requirePayloads(messages: readonly MessageToEnqueue[]): Promise<void> {
  for (const [index, { type, content }] of messages.entries()) {
    const checked = await validatePayload(type, content.payload, content.version);
    if (checked.ok) continue;
    const { error, issues } = checked;
    const [code, pointer] =
      error instanceof VersionUnknown
        ? (['bad_option', '/version'] as const)
        : (['invalid_payload', `/payload${issues[0]?.pointer ?? ''}`] as const);
    throw new EnqueueRefused({ code, index, pointer, reason: error.message }, { cause: error });
  }
}
