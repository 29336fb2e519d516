// `chords`: lists those that are open.
import type { Command } from 'commander';
import { instantText } from '#cli/print/time.ts';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import { toNumber } from './arguments.ts';
import { withoutUndefined } from './messages.ts';
import { noteMore } from './pages.ts';

interface ChordsFlags extends CommonFlags {
  readonly limit: number;
  readonly cursor?: string;
}

export function defineChords(command: Command): void {
  reaching(command, ['npx millrace chords --limit 10'])
    .option('--limit <n>', 'of one page, 1 to 200', toNumber(1, 200), 50)
    .option('--cursor <cursor>', 'where the page before ended')
    .action((flags: ChordsFlags) =>
      withReach(flags, async ({ operations, print }) => {
        const { limit, cursor } = flags;
        const page = await operations.chords(withoutUndefined({ limit, cursor }));
        print.show(page, () =>
          print.table(page.items, [
            { name: 'chord', of: ({ id }) => id },
            { name: 'enqueued', of: ({ createdAt }) => instantText(createdAt) },
            { name: 'members', isNumber: true, of: ({ members }) => members },
            { name: 'ended', isNumber: true, of: ({ ended }) => ended },
            { name: 'dead', isNumber: true, of: ({ dead }) => dead },
            { name: 'waits for', of: ({ waitsFor }) => waitsFor },
            { name: 'followed by', of: ({ followedBy }) => followedBy.type },
            { name: 'refused', gives: true, of: ({ refusal }) => refusal?.reason },
          ]),
        );
        noteMore(page, print);
      }),
    );
}
