// What a lane does next, decided from plain facts and nothing else. It is to hold so many deliveries that its handlers
// never wait, but no more than they can start soon: what is held and not started is kept from other consumers.
import type { QueuePolicy } from '#queue/declare/queue.ts';
import { settleWithinMs } from './finished-results.ts';

/** What a lane knows at one moment. */
export interface LaneFacts {
  readonly policy: Pick<
    QueuePolicy,
    'concurrency' | 'maxInFlight' | 'maxInFlightPerKey' | 'ratePerKey'
  >;
  /** Deliveries held here whose handlers have not started. */
  readonly unstarted: number;
  /** Handlers that run. */
  readonly running: number;
  /** Results that a call would take to the database. */
  readonly finished: number;
  /** Results that wait for others of their claim, unless patience is over. */
  readonly heldBack: number;
  /** Deliveries that the calls under way may bring at most. */
  readonly asked: number;
  /** How many deliveries are worth holding unstarted, as fast as handlers are at the moment. */
  readonly window: number;
  /** How many a claim can bring at most, with messages as large as they are at the moment. */
  readonly most: number;
  /** Whether handlers may start: there is time for them, and what they need. */
  readonly mayStart: boolean;
  /** Whether a claim has found nothing: from here on there is nothing left to claim. */
  readonly isAtEnd: boolean;
  /** Whether the last claim got all that it asked for. */
  readonly wasFull: boolean;
  /** For how long the queue's own limit gives nothing more, in milliseconds; 0 when it does not hold back. */
  readonly limitedMs: number;
  /** Whether handlers may still start once that time has passed. */
  readonly outlastsLimit: boolean;
  /** How long ago the last call of this lane began, in milliseconds. */
  readonly sinceCallMs: number;
}

/** call: settle what is finished and claim so many deliveries, perhaps none. */
export type NextStep =
  | { readonly do: 'call'; readonly wanted: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'stop' };

/** Decides for one of the lane's callers. Each of them asks again after every call, and whenever it was woken. */
export function nextStep(facts: LaneFacts): NextStep {
  const { finished, heldBack, window, limitedMs } = facts;
  const isIdle = facts.running === 0 && facts.unstarted === 0;
  if (isIdle && finished === 0 && !mayGoOn(facts)) return { do: 'stop' };

  const wanted = wantedDeliveries(facts);
  const enough = wanted > 0 ? window : settledAlone(window);
  const isWorthSettling = finished >= enough || (isIdle && finished > 0);
  const isWorthClaiming = wanted > 0 && (isIdle || facts.wasFull);
  const patienceMs = settleWithinMs - facts.sinceCallMs;
  const isPatienceOver = patienceMs <= 0 && (finished > 0 || heldBack > 0 || wanted > 0);
  if (isWorthSettling || isWorthClaiming || isPatienceOver) return { do: 'call', wanted };

  const ms = patienceMs > 0 ? patienceMs : settleWithinMs;
  return { do: 'wait', ms: Math.min(ms, limitedMs || ms) };
}

/** How often a lane of whose keys each waits for a start asks for others, in milliseconds. */
const lookForOthersMs = 1_000;

/** So many results are worth a call that claims nothing; fewer go with the next claim, which is due when as many more are started. */
export const settledAlone = (window: number): number => 2 * window;

/** Whether what is held unstarted, with what is on its way, is all that is worth holding. */
export const holdsEnough = (unstarted: number, asked: number, window: number): boolean =>
  // With nothing left to start, handlers are faster than calls: then no call waits for what another one may bring.
  unstarted > 0 && unstarted + asked > window;

const mayGoOn = ({ isAtEnd, mayStart, outlastsLimit }: LaneFacts) =>
  !isAtEnd && mayStart && outlastsLimit;

function wantedDeliveries(facts: LaneFacts): number {
  const { policy, unstarted, asked, window } = facts;
  if (!facts.mayStart) return 0;
  // What is settled of a key at its limit makes the next of it claimable, by the same call, wherever the lane has come to.
  const seatsNext = policy.maxInFlightPerKey !== undefined && facts.finished > 0;
  if (facts.isAtEnd && !seatsNext) return 0;
  if (holdsEnough(unstarted, asked, window)) return 0;
  // While one claim is under way and the last one did not come back full, a second would most likely find nothing.
  if (asked > 0 && !facts.wasFull) return 0;
  // A queue at its limit has nothing to give, unless the same call makes room by settling. That frees places in flight;
  // a rate is not changed by it.
  const makesRoom = policy.maxInFlight !== undefined && facts.finished > 0;
  // When all that is there waits for starts of its keys, what is enqueued for others meanwhile need not.
  const looksForOthers = policy.ratePerKey !== undefined && facts.sinceCallMs >= lookForOthersMs;
  if (facts.limitedMs > 0 && !makesRoom && !looksForOthers) return 0;
  return Math.min(facts.most, Math.max(window, policy.concurrency - facts.running));
}
