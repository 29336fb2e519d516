// What a drain keeps while it is under way.
import type { Registry } from '#queue/declare/registry.ts';
import {
  type QueueRuntime,
  queueRuntime,
  type RuntimeOptions,
} from '#queue/handle/queue-runtime.ts';
import { Deadline } from './deadline.ts';
import { Pace } from './pace.ts';
import { QueueReport } from './queue-report.ts';

export interface DrainOptions extends Omit<RuntimeOptions, 'deadline'> {
  readonly registry: Registry;
  /** The time that the invocation has left, in milliseconds. */
  readonly remainingMs: () => number;
}

export interface DrainState extends DrainOptions {
  readonly deadline: Deadline;
  /** By name, all queues that had something to do: a queue may get several lanes in one drain. */
  readonly queues: Map<string, QueueState>;
}

/** What the next lane of a queue goes on with. */
interface QueueState {
  readonly runtime: QueueRuntime;
  readonly pace: Pace;
  readonly report: QueueReport;
}

export const drainState = (options: DrainOptions): DrainState => ({
  ...options,
  deadline: new Deadline(options.remainingMs),
  queues: new Map(),
});

/** The state of a queue, made when it is asked for first. */
export function queueState(state: DrainState, name: string): QueueState {
  const known = state.queues.get(name);
  if (known) return known;
  const queue = state.registry.queues.get(name);
  if (!queue) throw new Error(`the survey named "${name}", which is not in the registry`);
  const made = {
    runtime: queueRuntime(queue, state),
    pace: new Pace(queue.policy),
    report: new QueueReport(name, state.log),
  };
  state.queues.set(name, made);
  return made;
}
