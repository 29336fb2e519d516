// Targets of what a queue meets in use: backlogs, crashes, groups, cold starts, operations.

import { against, rate, type Target, tcp } from './target.ts';

const claimWith = (scene: string): Target => ({
  what: `claim p50 with ${scene}, against 10,000 ready`,
  bound: 1.3,
  atMost: true,
  reached: (read) =>
    against(read('claim', tcp, 'p50Ms', scene), read('claim', tcp, 'p50Ms', '10,000 ready')),
});

/** One variant of a drain against another of the same workload. */
const variant = (workload: string, [here, there]: [string, string], rest: Rest): Target => ({
  ...rest,
  reached: (read) => against(read(workload, tcp, rate, here), read(workload, tcp, rate, there)),
});

type Rest = Pick<Target, 'what' | 'bound'>;

const atMost = (what: string, bound: number, at: [string, string, string]): Target => {
  const [workload, system, value] = at;
  return { what, bound, atMost: true, reached: (read) => read(workload, system, value) };
};

const consumer = 'Millrace, consumer function';

export const targetsOfUse: readonly Target[] = [
  variant('drain under a pinned snapshot', ['after 600000', 'after 0'], {
    what: 'drain after 600,000 under a pinned snapshot, against fresh',
    bound: 0.9,
  }),
  claimWith('1,000,000 ready'),
  claimWith('10,000,000 ready'),
  claimWith('1,000,000 delayed'),
  claimWith('1,000,000 blocked in one group'),
  {
    what: 'statements for a batch of 200 drained',
    bound: 1.1,
    atMost: true,
    reached: (read) => {
      const statements = read('drain', tcp, 'statementsPerMessage');
      return statements === undefined ? undefined : statements * 200;
    },
  },
  atMost('the http function above the bare call of the driver, p50 ms', 1, [
    'enqueue by HTTP',
    'Millrace, npm start',
    'overheadP50Ms',
  ]),
  atMost('bytes of the consumer function, minified', 320_000, ['bundle', consumer, 'bytes']),
  atMost('import of the consumer function, against the driver and a schema library alone', 1.3, [
    'bundle',
    consumer,
    'importRatio',
  ]),
  atMost('statements of an idle look', 1.01, ['idle look', tcp, 'statements']),
  variant('drain groups', ['in groups', 'without groups'], {
    what: '10,000 groups of 10, against no groups',
    bound: 0.85,
  }),
  {
    what: 'locks of one transaction that stores messages of 50,000 groups',
    bound: 100,
    atMost: true,
    reached: (read) => read('one transaction', tcp, 'locks', '50,000 groups'),
  },
  atMost('longest statement of a large redrive through the API, ms', 4_000, [
    'redrive',
    'Millrace, HTTP API',
    'longestStatementMs',
  ]),
  variant('drain after a crash', ['suspects', 'fresh'], {
    what: 'drain of what a crash has left, against fresh',
    bound: 0.5,
  }),
  {
    what: "a message behind another tenant's 100,000 in a fair queue, p50, against one that is not fair",
    bound: 0.05,
    atMost: true,
    reached: (read) => {
      const p50 = (queue: string) => read('a message behind a noisy tenant', tcp, 'p50Ms', queue);
      return against(p50('fair'), p50('not fair'));
    },
  },
  variant('drain a fair queue', ['fair, one key', 'not fair'], {
    what: 'drain of a fair queue with one key, against one that is not fair',
    bound: 0.7,
  }),
  variant(
    'drain by engine',
    ['received after a crash, handlers of 20 ms', 'received, handlers of 20 ms'],
    { what: 'what a crash has left on SQS, against what comes for the first time', bound: 0.5 },
  ),
];
