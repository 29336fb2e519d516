import type { Workload } from '../workload.ts';
import { backlog } from './backlog.ts';
import { bundle } from './bundle.ts';
import { coldStart } from './cold-start.ts';
import { distance } from './distance.ts';
import { drainW } from './drain.ts';
import { eager } from './eager.ts';
import { enqueueSingle } from './enqueue-single.ts';
import { groups } from './groups.ts';
import { handOver } from './hand-over.ts';
import { idle } from './idle.ts';
import { largePayloads } from './large-payloads.ts';
import { latency } from './latency.ts';
import { manyQueues } from './many-queues.ts';
import { outcomes } from './outcomes.ts';
import { pinnedSnapshot } from './pinned-snapshot.ts';
import { recovery } from './recovery.ts';
import { waitingHandlers } from './waiting-handlers.ts';

export const workloads: readonly Workload[] = [
  drainW,
  enqueueSingle,
  distance,
  pinnedSnapshot,
  backlog,
  groups,
  largePayloads,
  manyQueues,
  outcomes,
  recovery,
  waitingHandlers,
  handOver,
  idle,
  latency,
  eager,
  bundle,
  coldStart,
];
