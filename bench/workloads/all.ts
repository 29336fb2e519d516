import type { Workload } from '../workload.ts';
import { backlog } from './backlog.ts';
import { bundle } from './bundle.ts';
import { carried } from './carried.ts';
import { coldStart } from './cold-start.ts';
import { distance } from './distance.ts';
import { drainW } from './drain.ts';
import { eager } from './eager.ts';
import { eightConsumers } from './eight-consumers.ts';
import { enqueueByEngine } from './enqueue-by-engine.ts';
import { enqueueSingle } from './enqueue-single.ts';
import { fairness } from './fairness.ts';
import { fiftyQueues } from './fifty-queues.ts';
import { groups } from './groups.ts';
import { handOver } from './hand-over.ts';
import { idle } from './idle.ts';
import { largePayloads } from './large-payloads.ts';
import { latency } from './latency.ts';
import { longDrain } from './long-drain.ts';
import { manyQueues } from './many-queues.ts';
import { oneTransaction } from './one-transaction.ts';
import { outcomes } from './outcomes.ts';
import { pinnedSnapshot } from './pinned-snapshot.ts';
import { pooled } from './pooled.ts';
import { recovery } from './recovery.ts';
import { redrive } from './redrive.ts';
import { singles } from './singles.ts';
import { steady } from './steady.ts';
import { waitingHandlers } from './waiting-handlers.ts';

export const workloads: readonly Workload[] = [
  drainW,
  longDrain,
  singles,
  enqueueSingle,
  eightConsumers,
  pooled,
  distance,
  pinnedSnapshot,
  backlog,
  groups,
  fairness,
  largePayloads,
  fiftyQueues,
  manyQueues,
  outcomes,
  recovery,
  waitingHandlers,
  steady,
  handOver,
  oneTransaction,
  redrive,
  idle,
  carried,
  enqueueByEngine,
  latency,
  eager,
  bundle,
  coldStart,
];
