import { validatePayload } from '#queue/declare/payload.ts';
import type { Schedule } from '#queue/declare/schedule.ts';
import type { NewMessage } from './enqueue.ts';
import { uuidV7 } from './uuid-v7.ts';

/** A message for each due time, in their order. Throws when a payload cannot be made or does not fit its type. */
export function scheduledMessages(
  schedule: Schedule,
  dueTimes: readonly Date[],
): Promise<NewMessage[]> {
  return Promise.all(dueTimes.map((dueAt) => scheduledMessage(schedule, dueAt)));
}

async function scheduledMessage(schedule: Schedule, dueAt: Date): Promise<NewMessage> {
  const { type, options, payloadFor } = schedule;
  const payload = payloadFor(dueAt);
  const checked = await validatePayload(type, payload);
  if (!checked.ok) throw checked.error;
  const headers = { ...options.headers, 'due-at': dueAt.toISOString() };
  return { ...options, headers, id: uuidV7(), type: type.name, version: type.version, payload };
}
