// Work on many things in portions, each a transaction of its own. Ctrl-C ends it after the running portion: what is done is done,
// and the same command goes on with the rest.
import { exitCodes } from '#cli/failure.ts';
import type { Printer } from '#cli/print/printer.ts';
import { Progress } from '#cli/print/progress.ts';
import { Interruption } from './interruption.ts';

export interface Portion {
  readonly count: number;
  /** Whether there is more to do. */
  readonly more: boolean;
  readonly nextCursor?: string | null;
}

interface Work {
  /** What is done with each, such as "redriven": also its name in the JSON. */
  readonly verb: string;
  /** How many there were at the beginning. What has come since is left to the next time. */
  readonly total: number;
  /** Whether there may be more than the total, because nobody has counted further. */
  readonly isLeast?: boolean;
  readonly portion: (limit: number, cursor: string | undefined) => Promise<Portion>;
}

/** A portion takes some tenths of a second, so that Ctrl-C is heard soon and the bar moves. */
const mostAtOnce = 1_000;

/** Prints what was done. */
export async function workInPortions(
  { verb, total, isLeast = false, portion }: Work,
  print: Printer,
): Promise<void> {
  const progress = new Progress(verb, total);
  using interruption = new Interruption();
  let done = 0;
  let last: Portion = { count: 0, more: total > 0 };
  while (last.more && (done < total || isLeast) && !interruption.isAsked) {
    const limit = isLeast ? mostAtOnce : Math.min(mostAtOnce, total - done);
    last = await portion(limit, last.nextCursor ?? undefined);
    done += last.count;
    progress.show(done);
  }
  progress.end();
  print.show({ [verb]: done, more: last.more }, () => `${done} ${verb}.`);
  if (interruption.isAsked && last.more) {
    print.note(`Stopped after ${done} of ${total}: the same command goes on with the rest.`);
    process.exitCode = exitCodes.interrupted;
  } else if (last.more) print.note('More have come meanwhile: the same command goes on with them.');
}
