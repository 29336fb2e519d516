// `pause` and `resume`: stopping claims from a queue, or of one fairness key, and letting them go on.
import type { Command } from 'commander';
import { type CommonFlags, reaching, withReach } from '#cli/reach/with-reach.ts';
import { toName } from './arguments.ts';

interface PauseFlags extends CommonFlags {
  readonly fairnessKey?: string;
}

export function definePause(command: Command): void {
  ofQueueOrKey(command, 'pause').action((queue: string, flags: PauseFlags) =>
    withReach(flags, async ({ operations, print }) => {
      await operations.pauseQueue(queue, keyOf(flags));
      const answer = { name: queue, ...keyOf(flags), paused: true };
      print.show(answer, () =>
        flags.fairnessKey === undefined
          ? `${queue} is paused: it goes on taking messages in, and nothing is claimed from it.`
          : `${flags.fairnessKey} is paused in ${queue}: nothing of it is claimed, and others go on.`,
      );
    }),
  );
}

export function defineResume(command: Command): void {
  ofQueueOrKey(command, 'resume').action((queue: string, flags: PauseFlags) =>
    withReach(flags, async ({ operations, print }) => {
      await operations.resumeQueue(queue, keyOf(flags));
      const answer = { name: queue, ...keyOf(flags), paused: false };
      print.show(answer, () => `${flags.fairnessKey ?? queue} goes on.`);
    }),
  );
}

const ofQueueOrKey = (command: Command, verb: string): Command =>
  reaching(command, [
    `npx millrace ${verb} payments`,
    `npx millrace ${verb} imports --fairness-key tenant-7`,
  ])
    .argument('<queue>', "the queue's name", toName)
    .option('--fairness-key <key>', 'only what a fair queue has for this key');

const keyOf = ({ fairnessKey }: PauseFlags) => (fairnessKey === undefined ? {} : { fairnessKey });
