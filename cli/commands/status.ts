// `status`: how far a message has come, in each of its queues.
import type { Command } from 'commander';
import { plainJson } from '#cli/print/plain.ts';
import { type Printer, styleOf } from '#cli/print/printer.ts';
import { facts } from '#cli/print/table.ts';
import { instantText } from '#cli/print/time.ts';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import type { ShownError } from '#client/common-answers.ts';
import type { Chain, MessageStatus } from '#client/message-answers.ts';
import { toId } from './arguments.ts';
import { stepsTable } from './status-steps.ts';

interface StatusFlags extends CommonFlags {
  readonly chain?: boolean;
}

export function defineStatus(command: Command): void {
  reaching(command, [
    'npx millrace status 01a1fd71-3a0f-7a0c-b11b-24a0891b25d9',
    'npx millrace status 01a1fd71-3a0f-7a0c-b11b-24a0891b25d9 --chain',
  ])
    .argument('<id>', "the message's id", toId)
    .option('--chain', 'what caused it, and what followed from it')
    .action((id: string, flags: StatusFlags) =>
      withReach(flags, async ({ operations, print }) => {
        const message = await operations.message(id);
        const chain = flags.chain ? await operations.chain(id) : undefined;
        print.show(chain ? { ...message, chain } : message, () =>
          [messageText(message, print), ...(chain ? [chainText(chain, id, print)] : [])].join(
            '\n\n',
          ),
        );
      }),
    );
}

function messageText(message: MessageStatus, print: Printer): string {
  const { deliveries } = message;
  const text = facts([
    ['message', message.id],
    ['type', message.type],
    ['status', message.status],
    ['enqueued', instantText(message.createdAt)],
    ['group', message.groupKey],
    ['caused by', message.causedBy],
    ['chord', message.chordId],
    ['payload', message.payload === undefined ? undefined : plainJson(message.payload)],
  ]);
  const table = print.table(deliveries, [
    { name: 'queue', of: ({ queue }) => queue },
    {
      name: 'status',
      of: ({ status }) => status,
      paint: (cell, { status }) => print.paint(styleOf(status), cell),
    },
    {
      name: 'attempts',
      isNumber: true,
      // That it was sent to SQS is none.
      of: ({ attempts }) => attempts.filter(({ outcome }) => outcome !== 'relayed').length,
    },
    { name: 'due', of: ({ availableAt }) => instantText(availableAt) },
    { name: 'ended', of: ({ finishedAt }) => instantText(finishedAt) },
    {
      name: 'progress',
      of: ({ progress }) =>
        progress && `${Math.round(progress.fraction * 100)} % ${progress.note ?? ''}`,
    },
  ]);
  const parts = [text, table, stepsTable(message, print), attemptsTable(message, print)];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

function attemptsTable({ deliveries }: MessageStatus, print: Printer): string | undefined {
  const rows = deliveries.flatMap(({ queue, attempts }) =>
    attempts.map((attempt) => ({ queue, ...attempt })),
  );
  if (rows.every(({ error }) => error === null)) return undefined;
  return print.table(rows, [
    { name: 'queue', of: ({ queue }) => queue },
    {
      name: 'attempt',
      isNumber: true,
      of: ({ outcome, attempt }) => (outcome === 'relayed' ? null : attempt),
    },
    {
      name: 'outcome',
      of: ({ outcome }) => outcome,
      paint: (cell, { outcome }) => print.paint(styleOf(outcome), cell),
    },
    { name: 'ended', of: ({ finishedAt }) => instantText(finishedAt) },
    { name: 'error', gives: true, of: ({ error }) => errorText(error) },
  ]);
}

function chainText({ items, more }: Chain, id: string, print: Printer): string {
  const table = print.table(items, [
    { name: '', of: (item) => (item.id === id ? '>' : ' ') },
    { name: 'message', of: (item) => item.id },
    { name: 'type', gives: true, of: ({ type }) => type },
    {
      name: 'status',
      of: ({ status }) => status,
      paint: (cell, { status }) => print.paint(styleOf(status), cell),
    },
    { name: 'enqueued', of: ({ createdAt }) => instantText(createdAt) },
  ]);
  return more ? `${table}\nThere are more than these.` : table;
}

export const errorText = (error: ShownError | null): string | null =>
  error && `${error.name}: ${error.message}`;
