// What `status` tells of handlers in steps.
import type { Printer } from '#cli/print/printer.ts';
import { instantText } from '#cli/print/time.ts';
import type { MessageStatus, Step } from '#client/message-answers.ts';

/** What is recorded of all deliveries' steps, in their order, and events that none has waited for; undefined when nothing is. */
export function stepsTable({ deliveries }: MessageStatus, print: Printer): string | undefined {
  const rows = deliveries.flatMap(({ queue, steps, events, finishedAt: over }): Row[] => [
    ...(steps ?? []).map((step) => ({ ...step, queue, ended: endText(step, over) })),
    ...(events ?? []).map(({ name, sentAt }) => {
      const ended = `came ${instantText(sentAt)}, not waited for`;
      return { name, queue, ended, kind: 'event', bytes: null };
    }),
  ]);
  if (rows.length === 0) return undefined;
  return print.table(rows, [
    { name: 'queue', of: ({ queue }) => queue },
    { name: 'step', gives: true, of: ({ name }) => name },
    { name: 'kind', of: ({ kind }) => kind },
    { name: 'ended', of: ({ ended }) => ended },
    { name: 'bytes', isNumber: true, of: ({ bytes }) => bytes },
  ]);
}

interface Row extends Pick<Step, 'name' | 'bytes'> {
  readonly queue: string;
  readonly kind: string;
  readonly ended: string;
}

/** over: when its delivery ended, such as by a cancellation in the middle of a sleep. */
function endText({ kind, finishedAt, dueAt, bytes }: Step, over: string | null): string {
  const ended = finishedAt ?? over;
  if (ended === null) return `${kind === 'sleep' ? 'sleeps' : 'waits'} until ${instantText(dueAt)}`;
  const isMissed = kind === 'event' && bytes === null;
  const isCut = kind === 'sleep' && finishedAt === null;
  return `${instantText(ended)}${isMissed ? ' without it' : ''}${isCut ? ' cut short' : ''}`;
}
