// `pause` and `resume`: stopping claims from a queue, and letting them go on.
import type { Command } from 'commander';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import { toName } from './arguments.ts';

export function definePause(command: Command): void {
  reaching(command, ['npx millrace pause payments'])
    .argument('<queue>', "the queue's name", toName)
    .action((queue: string, flags: CommonFlags) =>
      withReach(flags, async ({ operations, print }) => {
        await operations.pauseQueue(queue);
        print.show(
          { name: queue, paused: true },
          () =>
            `${queue} is paused: it goes on taking messages in, and nothing is claimed from it.`,
        );
      }),
    );
}

export function defineResume(command: Command): void {
  reaching(command, ['npx millrace resume payments'])
    .argument('<queue>', "the queue's name", toName)
    .action((queue: string, flags: CommonFlags) =>
      withReach(flags, async ({ operations, print }) => {
        await operations.resumeQueue(queue);
        print.show({ name: queue, paused: false }, () => `${queue} goes on.`);
      }),
    );
}
