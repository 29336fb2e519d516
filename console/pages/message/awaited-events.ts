import type { MessageStatus } from '#client/message-answers.ts';
import { isLive } from './attempt-rows.ts';

/** The names of the events that handlers of a message wait for, each once: one event goes to all queues in which it is waited for. */
export function awaitedEvents({ deliveries }: MessageStatus): readonly string[] {
  const awaited = deliveries
    // What was cancelled while it waited does so no more.
    .filter(({ status }) => isLive(status))
    .flatMap(({ steps }) => steps ?? [])
    .filter(({ kind, finishedAt }) => kind === 'event' && finishedAt === null);
  return [...new Set(awaited.map(({ name }) => name))];
}
