// What Millrace has promised itself: each a number that one run finds out, against a bound.

import { against, best, floor, http, peers, type Target, tcp } from './target.ts';
import { targetsOfUse } from './targets-of-use.ts';

const drained = (how: string, system: string, other: readonly string[], bound: number): Target => ({
  what: `${how} drained, against ${other[0]}`,
  bound,
  reached: (read) => against(read('drain', system), best(read, 'drain', other)),
});

const enqueued = (other: readonly string[], bound: number): Target => ({
  what: `enqueued in batches, against ${other[0]}`,
  bound,
  reached: (read) =>
    against(read('enqueue in batches', tcp), best(read, 'enqueue in batches', other)),
});

const atDistance = (variant: string, bound: number): Target => ({
  what: `drained at ${variant}, against the best peer`,
  bound,
  reached: (read) => {
    const workload = 'drain at a distance';
    const all = Object.values(peers).flat();
    return against(read(workload, tcp, undefined, variant), best(read, workload, all, variant));
  },
});

const databaseTime = (workload: string, bound: number): Target => ({
  what: `database ms for 1,000 messages, ${workload}`,
  bound,
  atMost: true,
  reached: (read) => read(workload, tcp, 'databaseMsPerThousand'),
});

const wholeLife = (what: string, value: string, bound: number): Target => ({
  what: `${what} of a message, whole life, history kept`,
  bound,
  atMost: true,
  reached: (read) => read('whole life', tcp, value),
});

/** Against peers each at its best, whichever number of loops that is in the run. */
const targetsOfWork: readonly Target[] = [
  enqueued(peers.pgmq, 1),
  enqueued(peers.pgBoss, 1.5),
  enqueued([floor], 0.6),
  {
    what: 'enqueued one by one, p50 of pgmq against it',
    bound: 1,
    reached: (read) => {
      const p50 = (system: string) => read('single enqueues', system, 'p50Ms');
      return against(p50('pgmq, three loops'), p50(tcp));
    },
  },
  drained('over TCP', tcp, [floor], 0.7),
  drained('over TCP', tcp, peers.pgmq, 1.5),
  drained('over TCP', tcp, peers.graphileWorker, 1.5),
  drained('over TCP', tcp, peers.pgBoss, 2.5),
  drained('over HTTP', http, [floor], 0.5),
  drained('over HTTP', http, peers.pgBoss, 1.5),
  {
    what: 'three busy queues of 200, against graphile-worker, batching',
    bound: 1.2,
    reached: (read) => {
      const workload = 'drain three of 200 queues';
      return against(read(workload, tcp), best(read, workload, peers.graphileWorker));
    },
  },
  atDistance('2 ms', 1.2),
  atDistance('20 ms', 2),
  {
    what: 'handlers of 20 ms, of the 2,500 a second that are possible',
    bound: 0.98,
    reached: (read) => against(read('half a minute of handlers of 20 ms', tcp), 2_500),
  },
  wholeLife('WAL bytes', 'walBytesPerMessage', 900),
  wholeLife('buffers', 'buffersPerMessage', 8),
  databaseTime('enqueue in batches', 9),
  databaseTime('drain', 20),
];

export const targets: readonly Target[] = [...targetsOfWork, ...targetsOfUse];
