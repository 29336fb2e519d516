// What `status` tells of handlers in steps.
import type { Printer } from '#cli/print/printer.ts';
import { instantText } from '#cli/print/time.ts';
import type { MessageStatus, Step } from '#client/message-answers.ts';

/** What is recorded of all deliveries' steps, in their order; undefined when nothing is. */
export function stepsTable({ deliveries }: MessageStatus, print: Printer): string | undefined {
  const rows = deliveries.flatMap(({ queue, steps }) =>
    (steps ?? []).map((step) => ({ queue, ...step })),
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

function endText({ kind, finishedAt, dueAt, bytes }: Step): string | undefined {
  if (finishedAt === null)
    return `${kind === 'sleep' ? 'sleeps' : 'waits'} until ${instantText(dueAt)}`;
  const isMissed = kind === 'event' && bytes === null;
  return `${instantText(finishedAt)}${isMissed ? ' without it' : ''}`;
}
