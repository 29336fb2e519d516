// `purge`: cancels everything that waits in a queue.
import type { Command } from 'commander';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import { toName } from './arguments.ts';
import { type ConsentFlags, consenting, requireConsent } from './consent.ts';
import { workInPortions } from './portions.ts';

export function definePurge(command: Command): void {
  consenting(
    reaching(command, [
      'npx millrace purge payments --dry-run',
      'npx millrace purge payments --yes',
    ]),
  )
    .argument('<queue>', "the queue's name", toName)
    .action((queue: string, flags: CommonFlags & ConsentFlags) =>
      withReach(flags, async ({ operations, print }) => {
        const { depth, capped } = await operations.queue(queue);
        const total = depth.pending + depth.scheduled + depth.blocked;
        const isLeast = capped.some((status) => status !== 'dead');
        const waiting = `${isLeast ? 'at least ' : ''}${total} that wait in ${queue}`;
        if (flags.dryRun || total === 0) {
          print.show({ waiting: total, isLeast, cancelled: 0 }, () =>
            flags.dryRun ? `Would cancel ${waiting}.` : `Nothing waits in ${queue}.`,
          );
          return;
        }
        await requireConsent(flags, {
          sentence: `This cancels ${waiting}`,
          expected: queue,
        });
        const portion = async (limit: number) => {
          const { cancelled, more } = await operations.purgeQueue(queue, { limit });
          return { count: cancelled, more };
        };
        await workInPortions({ verb: 'cancelled', total, isLeast, portion }, print);
      }),
    );
}
