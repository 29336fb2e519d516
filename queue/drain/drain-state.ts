// What a drain is given, and what it keeps while it is under way.
import type { Queue } from '#queue/declare/queue.ts';
import { type QueueRuntime, queueRuntime } from '#queue/handle/queue-runtime.ts';
import type { OpenRelay } from '#queue/handle/relay.ts';
import type { ArmWakeUp } from '#queue/routines/next-due.ts';
import type { Cover } from './cover.ts';
import type { Deadline } from './deadline.ts';
import type { DrainOptions } from './drain-options.ts';
import type { DrainFigures, DrainTally } from './figures.ts';
import type { LaneProgress } from './lane-progress.ts';
import { Pace } from './pace.ts';
import type { Parts } from './parts.ts';
import { QueueReport } from './queue-report.ts';

/** What our own functions drain with: the modes of a deployment, which nobody else has. */
export interface InvocationOptions extends DrainOptions {
  /** Is given the drain's figures at its end, even when it fails. */
  readonly onFigures?: (figures: DrainFigures) => void;
  /** Given where enqueues wake the consumer. isWoken: whether one has woken it to this drain. */
  readonly eager?: { readonly isWoken: boolean } | undefined;
  /** Given where no tick comes each minute. */
  readonly arm?: ArmWakeUp | undefined;
  /** Lets the drain share its backlog with helpers. */
  readonly handOver?: HandOverOptions | undefined;
  /** Given where queues may be on SQS: answers what their deliveries are handed to, instead of their handlers. */
  readonly openRelay?: OpenRelay;
}

export interface HandOverOptions {
  /** How many helpers may be alive at once, whoever has started them. At least 1. */
  readonly most: number;
  /**
   * Starts a consumer that runs drainAsHelper with the token, and answers when it is certain to start. Whether it does
   * start, and when, need not be known: its place is free after a minute when it has not.
   */
  readonly invoke: (token: string) => Promise<void>;
}

export interface DrainState extends InvocationOptions {
  readonly deadline: Deadline;
  readonly parts: Parts;
  readonly tally: DrainTally;
  readonly cover: Cover | undefined;
  /** By name, the queues that had something to do. */
  readonly queues: Map<string, QueueState>;
  /** How many helpers this drain has started. */
  handedOver: number;
}

/** What the lanes of a queue share: it gets another one whenever a survey of the same drain finds something new in it. */
export interface QueueState {
  readonly runtime: QueueRuntime;
  readonly pace: Pace;
  readonly report: QueueReport;
  /** Of its lane, while one is under way and not held up. */
  progress?: LaneProgress | undefined;
}

export function declaredQueue({ registry }: DrainState, name: string): Queue {
  const queue = registry.queues.get(name);
  if (!queue) throw new Error(`queue "${name}" is not in the registry`);
  return queue;
}

/** The state of a queue, made when it is asked for first. */
export function queueState(state: DrainState, name: string): QueueState {
  const known = state.queues.get(name);
  if (known) return known;
  const queue = declaredQueue(state, name);
  const runtime = queueRuntime(queue, state);
  const report = new QueueReport(name, state.log, state.tally);
  const made: QueueState = { runtime, pace: new Pace(queue.policy), report };
  state.queues.set(name, made);
  return made;
}
