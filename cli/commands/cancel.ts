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
        const items: CancelledMessage[] = [];
        for (const id of ids) items.push({ id, ...(await operations.cancelMessage(id)) });
        print.show({ items }, () => items.map(cancelledText).join('\n'));
      }),
    );
}

interface CancelledMessage {
  readonly id: string;
  readonly cancelled: readonly string[];
  readonly relayed?: readonly string[];
}

function cancelledText({ id, cancelled, relayed = [] }: CancelledMessage): string {
  const goesOn = `SQS has it in ${relayed.join(', ')}, where it goes on`;
  if (cancelled.length > 0)
    return `${id} is cancelled in ${cancelled.join(', ')}${relayed.length > 0 ? `; ${goesOn}` : ''}.`;
  const why = relayed.length > 0 ? goesOn : 'there was nothing to cancel';
  return `${id} waits nowhere: ${why}.`;
}
