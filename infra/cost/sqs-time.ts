// How often messages are sent to SQS and taken from it in a month, and for how long who does so runs.
import { activeSeconds } from './arrivals.ts';
import {
  batchSeconds,
  callMs,
  engineMs,
  mostInCall,
  pollersOfQueue,
  pollSeconds,
  relaysAtOnce,
  secondsOfMonth,
  wireBytes,
} from './assumptions.ts';
import { drainsWithArrivals } from './drains.ts';
import { drained } from './in-postgres.ts';
import type { Load } from './load.ts';
import type { Mode } from './mode.ts';
import { ofOneDatabase } from './one-database.ts';

export interface SqsTime {
  /** Calls that send, of the http function and of the consumer. */
  readonly sends: number;
  /** Receives that find something: as many batches are handled and deleted. */
  readonly batches: number;
  /** What the bodies have together, in bytes, sent or received. */
  readonly bytes: number;
  /** Receives that find nothing, in the queue of each class and in the dead-letter queue. */
  readonly polls: number;
  /** For how many seconds the SQS consumer runs. */
  readonly seconds: number;
}

export function sqsTime(load: Load, mode: Mode): SqsTime {
  const { messages, queues, priorities, payloadBytes, handlerMs, concurrency, batch } = load;
  const deliveries = messages * queues;
  const straight = (deliveries * load.httpShare) / Math.min(mostInCall, batch);
  const sends = straight + load.databases * relays(ofOneDatabase(load), mode);
  const batches = Math.max(deliveries / mostInCall, Math.min(sends, singles(load)));
  // What has room in a batch runs at once.
  const handlers = Math.max(batches, deliveries / concurrency);
  return {
    sends,
    batches,
    bytes: deliveries * (payloadBytes + wireBytes),
    polls: queues * (priorities + 1) * pollersOfQueue * (secondsOfMonth / pollSeconds),
    seconds: batches * batchSeconds + (handlers * handlerMs + deliveries * engineMs) / 1000,
  };
}

/** What is sent together is received together, which is the dearest case, as long as the first pollers come round in time. */
const singles = (load: Load): number =>
  load.queues * load.priorities * pollersOfQueue * (activeSeconds(load) / batchSeconds);

/** For how many seconds the consumer relays: several calls at once, where there are several. */
export function relayingSeconds(load: Load, mode: Mode): number {
  const turns = Math.max(drainsOf(load, mode), relays(load, mode) / relaysAtOnce);
  const deliveries = drained(load).messages * load.queues;
  return (turns * callMs + deliveries * engineMs) / 1000;
}

/** A drain sends what it finds in tens, and the rest of it in a last call. */
const relays = (load: Load, mode: Mode): number =>
  Math.max((drained(load).messages * load.queues) / mostInCall, drainsOf(load, mode));

const drainsOf = (load: Load, mode: Mode): number =>
  load.queues * drainsWithArrivals(drained(load), mode);
