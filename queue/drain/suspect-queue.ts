// The suspects of one queue in one drain. Each turn claims a group of them, or one alone, and handles it.

import { type ClaimedSuspects, claimSuspects } from '#queue/routines/claim-suspects.ts';
import { atEnd } from './claim-position.ts';
import type { Deadline } from './deadline.ts';
import { type DrainState, type QueueState, queueState } from './drain-state.ts';
import { Lane } from './lane.ts';
import { Pace } from './pace.ts';
import type { Parts } from './parts.ts';

/**
 * A group is as large as keeps the handlers busy for so many rounds. With fewer rounds, claiming and settling would take
 * a good part of the time; with more, more deliveries lose an attempt when one of them ends this process.
 */
const roundsOfAGroup = 6;

/** handled: there may be more. limited: the queue's limits let none start for so long. over: nothing is left to do. */
export type Turn = 'handled' | 'over' | { readonly limitedMs: number };

/** Runs a lane. take hands it what was claimed, and starts its first handlers. */
export type RunLane = (lane: Lane, take: () => void) => Promise<void>;

export class SuspectQueue {
  readonly name: string;
  readonly #parts: Parts;
  readonly #deadline: Deadline;
  readonly #known: QueueState;
  /**
   * Their own: how long other handlers took says nothing about suspects, and must not keep them from being tried in the
   * time that is left.
   */
  readonly #pace: Pace;

  constructor(state: DrainState, name: string, deadline: Deadline) {
    this.name = name;
    this.#parts = state.parts;
    this.#deadline = deadline;
    this.#known = queueState(state, name);
    this.#pace = new Pace(this.#known.runtime.queue.policy, this.#known.pace.runs);
  }

  /** Claims a group, or one that is to be alone, and has its lane run. */
  async handleNext(alone: boolean, run: RunLane): Promise<Turn> {
    if (!this.#deadline.hasTimeFor(this.#pace.slowestMs)) return 'over';
    const claimed = await this.#parts.run('suspects', () => this.#claim(alone), this.name);
    if (!claimed) return 'over';
    const { deliveries, expired, results, limitedMs } = claimed;
    for (const id of expired) this.#known.report.expired(id);
    this.#known.report.settled(claimed);
    if (deliveries.length > 0) await this.#handle(claimed, run);
    if (deliveries.length + expired.length + results.length > 0) return 'handled';
    return limitedMs !== null && this.#deadline.hasTimeFor(limitedMs) ? { limitedMs } : 'over';
  }

  #claim(alone: boolean): Promise<ClaimedSuspects> {
    const { queue, database } = this.#known.runtime;
    // Half of what is left, so that a queue whose suspects cannot be had leaves the others some of it.
    const budgetMs = this.#deadline.callBudgetMs / 2;
    const { concurrency } = queue.policy;
    const wanted = alone ? 1 : Math.min(this.#pace.most, concurrency * roundsOfAGroup);
    return claimSuspects(database, { queue: queue.name, alone, wanted, budgetMs });
  }

  #handle({ deliveries, kib, isHalved }: ClaimedSuspects, run: RunLane): Promise<void> {
    this.#known.report.tally.suspects += deliveries.length;
    this.#pace.claimed(deliveries.length, kib, isHalved);
    const { runtime, report } = this.#known;
    const lanes = () => this.#parts.lanes;
    const own = { position: atEnd, deadline: this.#deadline, pace: this.#pace, lanes };
    const lane = new Lane({ runtime, report, ...own });
    return run(lane, () => lane.take(deliveries));
  }
}
