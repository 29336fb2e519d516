// A relay that was stopped between sending and remembering it sends again, so that one batch may hold several copies of a
// message. They must not be handled beside each other.
import type { Received } from './received.ts';

interface Copies {
  /** One of each message, in the order in which they came. */
  readonly kept: readonly Received[];
  /** The others. While the one that is kept is there, nobody misses them. */
  readonly spare: readonly Received[];
}

/** Keeps the first copy of each message's latest round; as often delivered as the copy of that round that was most often. */
export function oneOfEach(received: readonly Received[]): Copies {
  const latest = new Map<string, Received>();
  const spare: Received[] = [];
  for (const copy of received) {
    const { id, round } = copy.message;
    const known = latest.get(id);
    if (!known || known.key === copy.key) latest.set(id, copy);
    else if (round > known.message.round) {
      spare.push(known);
      latest.set(id, copy);
    } else {
      spare.push(copy);
      if (round === known.message.round && copy.count > known.count)
        latest.set(id, { ...known, count: copy.count });
    }
  }
  return { kept: [...latest.values()], spare };
}
