// `messages`: lists them, newest first, by what is known of them.
import type { Command } from 'commander';
import { Option } from 'commander';
import { type Printer, styleOf } from '#cli/print/printer.ts';
import { instantText } from '#cli/print/time.ts';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import type { Status } from '#client/common-answers.ts';
import type { MessageItem } from '#client/message-answers.ts';
import { statuses, toInstant, toName, toNumber } from './arguments.ts';
import { noteMore } from './pages.ts';

interface MessagesFlags extends CommonFlags {
  readonly type?: string;
  readonly queue?: string;
  readonly status?: Status;
  readonly before?: string;
  readonly after?: string;
  readonly group?: string;
  readonly trace?: string;
  readonly idempotencyKey?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export function defineMessages(command: Command): void {
  reaching(command, [
    'npx millrace messages --type order.placed --limit 5',
    'npx millrace messages --queue payments --status dead --after 2h',
  ])
    .option('--type <type>', 'of this message type', toName)
    .option('--queue <queue>', 'that went to this queue', toName)
    .addOption(new Option('--status <status>', 'that stand there').choices(statuses))
    .option('--before <when>', 'enqueued before: an instant, or 15m, 2h, 3d ago', toInstant)
    .option('--after <when>', 'enqueued then or later', toInstant)
    .option('--group <key>', 'of this group')
    .option('--trace <id>', 'of this trace, 32 hexadecimal digits')
    .option('--idempotency-key <key>', 'enqueued under this key')
    .option('--limit <n>', 'of one page, 1 to 200', toNumber(1, 200), 50)
    .option('--cursor <cursor>', 'where the page before ended')
    .action((flags: MessagesFlags) =>
      withReach(flags, async ({ operations, print }) => {
        const { type, queue, status, before, after, limit, cursor } = flags;
        const { group: groupKey, trace: traceId, idempotencyKey } = flags;
        const given = { type, queue, status, before, after, groupKey, traceId, idempotencyKey };
        const page = await operations.messages(withoutUndefined({ ...given, limit, cursor }));
        print.show(page, () => messageTable(page.items, print));
        noteMore(page, print, page.searchedTo);
      }),
    );
}

/** The types tell what is left out from what is undefined. */
export const withoutUndefined = <Given extends object>(given: Given) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Given]?: Exclude<Given[Name], undefined>;
  };

function messageTable(items: readonly MessageItem[], print: Printer): string {
  return print.table(items, [
    { name: 'message', of: ({ id }) => id },
    { name: 'type', of: ({ type }) => type },
    {
      name: 'status',
      of: ({ status }) => status,
      paint: (cell, { status }) => print.paint(styleOf(status), cell),
    },
    { name: 'enqueued', of: ({ createdAt }) => instantText(createdAt) },
    { name: 'group', of: ({ groupKey }) => groupKey },
    {
      name: 'queues',
      gives: true,
      of: ({ deliveries }) =>
        deliveries.map(({ queue, status }) => `${queue} ${status}`).join(', ') || 'none',
    },
  ]);
}
