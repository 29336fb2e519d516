// `tail`: new messages, and what becomes of them, until Ctrl-C. Each look is two reads, whatever the number of messages: the
// newest ones with their statuses, and the latest drains.
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { exitCodes, Failure } from '#cli/failure.ts';
import { type CommonFlags, reaching, type Tools, withReach } from '#cli/reach/with-reach.ts';
import type { MessageItem } from '#client/message-answers.ts';
import { toName, toNumber } from './arguments.ts';
import { Followed } from './followed.ts';
import { Interruption } from './interruption.ts';
import { withoutUndefined } from './messages.ts';
import { printDrain, printEvent } from './tail-lines.ts';

interface TailFlags extends CommonFlags {
  readonly type?: string;
  readonly queue?: string;
  readonly every: number;
}

export function defineTail(command: Command): void {
  command.addHelpText(
    'after',
    '\nEach look is two reads of the database, which keep one awake that would sleep. Of more than 1,000 new messages\nbetween two looks the older ones are left out. Ctrl-C ends it.',
  );
  reaching(command, ['npx millrace tail', 'npx millrace tail --queue payments --json'])
    .option('--type <type>', 'of this message type', toName)
    .option('--queue <queue>', 'that go to this queue', toName)
    .option('--every <seconds>', 'between two looks, 1 to 60', toNumber(1, 60), 2)
    .action((flags: TailFlags) => withReach(flags, (tools) => follow(flags, tools)));
}

const pageSize = 200;
const mostPages = 5;

async function follow(flags: TailFlags, tools: Tools): Promise<void> {
  const { print } = tools;
  const followed = new Followed();
  let isFirst = true;
  let isAway = false;
  using interruption = new Interruption();
  print.note(`Following, with a look every ${flags.every} s. Ctrl-C ends it.`);
  while (!interruption.isAsked) {
    try {
      await look(flags, tools, { followed, isFirst });
      isFirst = false;
      isAway = false;
    } catch (error) {
      if (isFirst || !isUnreachable(tools.failureOf(error))) throw error;
      if (!isAway) print.note('Nobody answers; looking on.');
      isAway = true;
    }
    await wait(flags.every * 1000, undefined, { signal: interruption.signal }).catch(() => {});
  }
  process.exitCode = exitCodes.interrupted;
}

const isUnreachable = (error: unknown): boolean =>
  error instanceof Failure && error.exitCode === exitCodes.unreachable;

async function look(
  { type, queue }: TailFlags,
  { operations, print }: Tools,
  { followed, isFirst }: { readonly followed: Followed; readonly isFirst: boolean },
): Promise<void> {
  const page = (cursor: string | undefined) =>
    operations.messages(withoutUndefined({ type, queue, cursor, limit: pageSize }));
  const newest: MessageItem[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < (isFirst ? 1 : mostPages); pages += 1) {
    const { items, nextCursor } = await page(cursor);
    newest.push(...items);
    // A page with something known reaches back to the look before.
    if (nextCursor === null || items.some(({ id }) => followed.knows(id))) break;
    cursor = nextCursor;
  }
  const drains = await operations.drains(withoutUndefined({ queue, limit: 20 }));
  // What was there before is not news.
  const events = followed.take(newest);
  const drained = followed.takeDrains(drains.items);
  if (isFirst) return;
  for (const event of events) printEvent(event, print);
  for (const drain of drained) printDrain(drain, print);
}
