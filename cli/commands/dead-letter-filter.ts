// Which dead letters are meant: the same flags wherever they are listed, counted, redriven or discarded.
import type { Command } from 'commander';
import type { CommonFlags } from '#cli/reach/with-reach.ts';
import type { DeadLetterFilter } from '#client/dead-letter-answers.ts';
import { toInstant, toName } from './arguments.ts';
import { withoutUndefined } from './messages.ts';

export interface FilterFlags extends CommonFlags {
  readonly queue?: string;
  readonly type?: string;
  readonly before?: string;
  readonly after?: string;
  readonly error?: string;
  readonly fingerprint?: string;
}

export const filtering = (command: Command): Command =>
  command
    .option('--queue <queue>', 'of this queue', toName)
    .option('--type <type>', 'of this message type', toName)
    .option('--before <when>', 'died before: an instant, or 15m, 2h, 3d ago', toInstant)
    .option('--after <when>', 'died then or later', toInstant)
    .option('--error <text>', "text in the error's message")
    .option('--fingerprint <fingerprint>', 'of one group that `groups` has listed');

export const filterOf = (flags: FilterFlags): DeadLetterFilter => {
  const { queue, type, before, after, error, fingerprint } = flags;
  return withoutUndefined({ queue, type, before, after, error, fingerprint });
};
