// What `status` tells of handlers in steps.
import type { Printer } from '#cli/print/printer.ts';
import { instantText } from '#cli/print/time.ts';
import type { MessageStatus, Step } from '#client/message-answers.ts';

/** What is recorded of all deliveries' steps, in their order; undefined when nothing is. */
export function stepsTable({ deliveries }: MessageStatus, print: Printer): string | undefined {
  const rows = deliveries.flatMap(({ queue, steps, finishedAt: over }) =>
    (steps ?? []).map((step) => ({ queue, over, ...step })),
  );
  if (rows.length === 0) return undefined;
  return print.table(rows, [
    { name: 'queue', of: ({ queue }) => queue },
    { name: 'step', gives: true, of: ({ name }) => name },
    { name: 'kind', of: ({ kind }) => kind },
    { name: 'ended', of: endText },
    { name: 'bytes', isNumber: true, of: ({ bytes }) => bytes },
  ]);
}

/** over: when its delivery ended, such as by a cancellation in the middle of a sleep. */
function endText({ kind, finishedAt, dueAt, bytes, over }: StepOfDelivery): string {
  const ended = finishedAt ?? over;
  if (ended === null) return `${kind === 'sleep' ? 'sleeps' : 'waits'} until ${instantText(dueAt)}`;
  const isMissed = kind === 'event' && bytes === null;
  const isCut = kind === 'sleep' && finishedAt === null;
  return `${instantText(ended)}${isMissed ? ' without it' : ''}${isCut ? ' cut short' : ''}`;
}

type StepOfDelivery = Step & { readonly over: string | null };
