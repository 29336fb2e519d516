// `dead-letters`: what has died, why, and what becomes of it.
import type { Command } from 'commander';
import { instantText } from '#cli/print/time.ts';
import { reaching, withReach } from '#cli/reach/with-reach.ts';
import type { DeadLetter } from '#client/dead-letter-answers.ts';
import { toIds, toNumber } from './arguments.ts';
import { consenting } from './consent.ts';
import { type FilterFlags, filtering, filterOf } from './dead-letter-filter.ts';
import { discarding, redriving } from './dead-letter-work.ts';
import { noteMore } from './pages.ts';
import { errorText } from './status.ts';

export function defineDeadLetters(command: Command): void {
  defineList(command.command('list').description('lists them, newest first'));
  defineGroups(command.command('groups').description('counts them by what killed them'));
  const redrive = command.command('redrive').description('sends them round again');
  choosing(redrive, [
    'npx millrace dead-letters redrive --queue payments --error "did not answer" --dry-run',
    'npx millrace dead-letters redrive --queue payments --yes',
  ]).action(redriving);
  const discard = command.command('discard').description('gives them up for good');
  choosing(discard, [
    'npx millrace dead-letters discard --queue payments --before 30d --yes',
  ]).action(discarding);
}

const choosing = (command: Command, examples: readonly string[]): Command =>
  consenting(filtering(reaching(command, examples)))
    .argument('[id...]', "the messages' ids", toIds)
    .option('--all', 'every one');

interface ListFlags extends FilterFlags {
  readonly limit: number;
  readonly cursor?: string;
}

function defineList(command: Command): void {
  filtering(reaching(command, ['npx millrace dead-letters list --queue payments --after 1d']))
    .option('--limit <n>', 'of one page, 1 to 200', toNumber(1, 200), 50)
    .option('--cursor <cursor>', 'where the page before ended')
    .action((flags: ListFlags) =>
      withReach(flags, async ({ operations, print }) => {
        const { limit, cursor } = flags;
        const page = await operations.deadLetters({
          ...filterOf(flags),
          limit,
          ...(cursor !== undefined && { cursor }),
        });
        print.show(page, () =>
          print.table<DeadLetter>(page.items, [
            { name: 'message', of: ({ messageId }) => messageId },
            { name: 'queue', of: ({ queue }) => queue },
            { name: 'type', of: ({ type }) => type },
            { name: 'attempts', isNumber: true, of: ({ attempts }) => attempts },
            { name: 'died', of: ({ diedAt }) => instantText(diedAt) },
            { name: 'error', gives: true, of: ({ error }) => errorText(error) },
          ]),
        );
        noteMore(page, print);
      }),
    );
}

function defineGroups(command: Command): void {
  filtering(reaching(command, ['npx millrace dead-letters groups --queue payments'])).action(
    (flags: FilterFlags) =>
      withReach(flags, async ({ operations, print }) => {
        const { fingerprint: _, ...filter } = filterOf(flags);
        const groups = await operations.deadLetterGroups(filter);
        print.show(groups, () =>
          print.table(groups.items, [
            { name: 'count', isNumber: true, of: ({ count }) => count },
            { name: 'queue', of: ({ queue }) => queue },
            { name: 'type', of: ({ type }) => type },
            { name: 'fingerprint', of: ({ fingerprint }) => fingerprint },
            { name: 'newest', of: ({ newestAt }) => instantText(newestAt) },
            { name: 'error', gives: true, of: ({ error }) => errorText(error) },
          ]),
        );
        if (groups.more) print.note(`These are of the newest ${groups.counted}; there are more.`);
      }),
  );
}
