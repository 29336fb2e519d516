// A map that forgets: each entry lasts equally long, and of too many the oldest goes.

import { monotonicMs } from '#queue/monotonic-ms.ts';

/** What is kept under a name, and whether its time is over. */
interface Entry<Value> {
  readonly value: Value;
  readonly isOver: boolean;
}

export interface LastingMap<Value> {
  /** Also what is over, until it had to make room: that it once was there may tell something. */
  get(name: string): Entry<Value> | undefined;
  /** Keeps the value from now on for the whole time. */
  set(name: string, value: Value): void;
  delete(name: string): void;
}

/** At most `most` entries, so that nobody fills the memory; each is over after `lifetimeMs` milliseconds. */
export function lastingMap<Value>(most: number, lifetimeMs: number): LastingMap<Value> {
  // In the order in which they were set, so the first one is the oldest.
  const entries = new Map<string, { readonly value: Value; readonly until: number }>();
  return {
    get(name) {
      const entry = entries.get(name);
      return entry && { value: entry.value, isOver: monotonicMs() >= entry.until };
    },
    set(name, value) {
      entries.delete(name);
      entries.set(name, { value, until: monotonicMs() + lifetimeMs });
      const [oldest] = entries.keys();
      if (entries.size > most && oldest !== undefined) entries.delete(oldest);
    },
    delete: (name) => void entries.delete(name),
  };
}
