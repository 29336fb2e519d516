// Which suspects are handled side by side; how many may be, the database says.
import type { Received } from './received.ts';

export interface Suspect {
  readonly copy: Received;
  /** How many may be handled side by side where it is among them, at least 1. */
  readonly together: number;
}

/** Those of one size together, the largest groups first: a poisonous message is most likely in a small one. */
export function groupsOf(suspects: readonly Suspect[]): Suspect[][] {
  const sizes = [...Map.groupBy(suspects, ({ together }) => together)];
  return sizes
    .toSorted(([one], [other]) => other - one)
    .flatMap(([size, all]) =>
      Array.from({ length: Math.ceil(all.length / size) }, (_, n) =>
        all.slice(n * size, (n + 1) * size),
      ),
    );
}
