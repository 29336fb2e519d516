// In which order what was received is handled. On a queue that keeps groups in order, the members of a group stand in a line: each
// waits until the one before it is acknowledged. Everybody else is alone in a line.
import type { Received } from './received.ts';

export class Line {
  #members: readonly Received[];

  constructor(members: readonly Received[]) {
    this.#members = members;
  }

  /** Whose turn it is; undefined when nobody is left. */
  get first(): Received | undefined {
    return this.#members[0];
  }

  /** The first one needs no turn any more. Answers the line. */
  advance(): this {
    this.#members = this.#members.slice(1);
    return this;
  }

  /** Nobody behind the first one gets a turn any more. Answers those. */
  stop(): readonly Received[] {
    const [, ...behind] = this.#members;
    this.#members = [];
    return behind;
  }
}

/** A name of the line that a copy stands in on a queue that keeps groups in order. */
export const lineOf = ({ message: { id, groupKey } }: Received): string =>
  groupKey === null ? `message ${id}` : `group ${groupKey}`;

/** The lines, in the order in which their first members came. */
export function linesOf(received: readonly Received[], isInOrder: boolean): Line[] {
  if (!isInOrder) return received.map((each) => new Line([each]));
  const groups = Map.groupBy(received, lineOf);
  return Array.from(groups.values(), (members) => new Line(members));
}
