// `cancel`: ends those deliveries of messages that no consumer holds.
import type { Command } from 'commander';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import { toIds } from './arguments.ts';
import { type ConsentFlags, consenting, requireConsent } from './consent.ts';

export function defineCancel(command: Command): void {
  consenting(reaching(command, ['npx millrace cancel 01a1fd71-3a0f-7a0c-b11b-24a0891b25d9']))
    .argument('<id...>', "the messages' ids", toIds)
    .action((ids: readonly string[], flags: CommonFlags & ConsentFlags) =>
      withReach(flags, async ({ operations, print }) => {
        // An id that nothing has is said before anything is cancelled.
        if (ids.length > 1 || flags.dryRun) for (const id of ids) await operations.message(id);
        if (flags.dryRun) {
          print.show({ messages: ids.length }, () => `Would cancel ${ids.length}.`);
          return;
        }
        if (ids.length > 1)
          await requireConsent(flags, {
            sentence: `This cancels ${ids.length} messages`,
            expected: String(ids.length),
          });
        const items: { readonly id: string; readonly cancelled: readonly string[] }[] = [];
        for (const id of ids) items.push({ id, ...(await operations.cancelMessage(id)) });
        print.show({ items }, () => items.map(cancelledText).join('\n'));
      }),
    );
}

const cancelledText = ({ id, cancelled }: { id: string; cancelled: readonly string[] }): string =>
  cancelled.length > 0
    ? `${id} is cancelled in ${cancelled.join(', ')}.`
    : `${id} waits nowhere: there was nothing to cancel.`;
