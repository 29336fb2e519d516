// How many calls a drain makes at once. See docs/decisions/0007-three-calls-at-once.md.
import type { QueuePolicy } from '#queue/declare/queue.ts';

/** With so many under way at once a database nearby, the network and handlers do not wait for each other. */
const fewest = 3;
/** With two, one is at the database while this process works on what the other has brought. */
const fewestWhenStarved = 2;
/** Each is on a connection of its own. */
const most = 9;
/** What the database takes for a call with a full batch, roughly, in milliseconds. */
const databaseMs = 6;

/** So often a caller that may not call looks whether other lanes have ended, in milliseconds. */
export const lookAgainMs = 50;

/** Claims of a queue with a limit take turns at the database, where a second call would only wait for the first. */
export const callersOf = ({ maxInFlight, rate }: QueuePolicy): number =>
  maxInFlight || rate ? 1 : most;

/** A process that gets processors for less than this share of what it could use is starved. */
const starved = 0.5;

/** What a drain has found out about its calls so far. */
interface Calls {
  /** What a call spends on its way, both ways together, in milliseconds. */
  readonly networkMs: number;
  /** The share of the time lately in which this process had something to do, and had a processor for it. */
  readonly processorShare: number;
}

/**
 * How many calls are to be under way, so that as many as a database nearby gets are at the database while the others are on
 * their way. Where processors are short, every call takes as long as if the database were far away; but a process that waits
 * for a processor does not wait for calls.
 */
const callsAtOnce = ({ networkMs, processorShare }: Calls): number =>
  // A clock that was set meanwhile may make it negative.
  processorShare < starved
    ? fewestWhenStarved
    : Math.max(fewest, Math.min(most, Math.floor(fewest * (1 + networkMs / databaseMs))));

/**
 * Whether a lane may make another call beside those that it has under way. So many lanes share the calls, and each has one at
 * least: more would only wait for each other at the database, each on a connection that has to be got ready.
 */
export const mayCall = (underWay: number, lanes: number, calls: Calls): boolean =>
  underWay < Math.max(1, Math.round(callsAtOnce(calls) / lanes));
