// `replay`: delivers a kept message again.
import type { Command } from 'commander';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import { toId, toName } from './arguments.ts';

interface ReplayFlags extends CommonFlags {
  readonly queue?: string;
}

export function defineReplay(command: Command): void {
  reaching(command, ['npx millrace replay 01a1fd71-3a0f-7a0c-b11b-24a0891b25d9 --queue payments'])
    .argument('<id>', "the message's id", toId)
    .option('--queue <queue>', 'to this queue only', toName)
    .action((id: string, flags: ReplayFlags) =>
      withReach(flags, async ({ operations, print }) => {
        const { queue } = flags;
        const replayed = await operations.replayMessage(id, queue === undefined ? {} : { queue });
        print.show(replayed, () =>
          replayed.queues.length > 0
            ? `${id} is on its way again, to ${replayed.queues.join(', ')}.`
            : `${id} is still on its way wherever it would go: nothing was changed.`,
        );
      }),
    );
}
