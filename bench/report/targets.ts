// What Millrace has promised itself, and whether this run kept it.
import { medianOf, type Summary } from './summary.ts';

export interface Verdict {
  readonly what: string;
  readonly target: string;
  /** Undefined when this run did not measure it. */
  readonly reached: number | undefined;
  readonly isMet: boolean | undefined;
}

interface Target {
  readonly what: string;
  readonly bound: number;
  /** Whether the value must be at most the bound; at least, otherwise. */
  readonly atMost?: boolean;
  readonly reached: (read: Read) => number | undefined;
}

type Read = (
  workload: string,
  system: string,
  value?: string,
  variant?: string,
) => number | undefined;

const tcp = 'Millrace over TCP';
const http = 'Millrace over HTTP';
const rate = 'messagesPerSecond';

const ratio = (here: number | undefined, there: number | undefined) =>
  here === undefined || there === undefined ? undefined : here / there;

const drainAgainst = (what: string, system: string, peer: string, bound: number): Target => ({
  what: `${what} drained, against ${peer}`,
  bound,
  reached: (read) => ratio(read('drain', system), read('drain', peer)),
});

const claimAgainst = (scene: string): Target => ({
  what: `claim p50 with ${scene}, against 10,000 ready`,
  bound: 1.3,
  atMost: true,
  reached: (read) =>
    ratio(read('claim', tcp, 'p50Ms', scene), read('claim', tcp, 'p50Ms', '10,000 ready')),
});

const targets: readonly Target[] = [
  drainAgainst('over TCP', tcp, 'bare delete … returning', 0.45),
  drainAgainst('over TCP', tcp, 'graphile-worker, batching', 1.2),
  drainAgainst('over TCP', tcp, 'pg-boss', 3),
  drainAgainst('over TCP', tcp, 'pgmq', 1),
  drainAgainst('over HTTP', http, 'pg-boss', 1.5),
  {
    what: 'drain after 600,000 under a pinned snapshot, against fresh',
    bound: 0.9,
    reached: (read) => {
      const workload = 'drain under a pinned snapshot';
      return ratio(read(workload, tcp, rate, 'after 600000'), read(workload, tcp, rate, 'after 0'));
    },
  },
  claimAgainst('1,000,000 ready'),
  claimAgainst('10,000,000 ready'),
  claimAgainst('1,000,000 delayed'),
  claimAgainst('1,000,000 blocked in one group'),
  {
    what: 'statements for a batch of 200 drained',
    bound: 1.1,
    atMost: true,
    reached: (read) => {
      const statements = read('drain', tcp, 'statementsPerMessage');
      return statements === undefined ? undefined : statements * 200;
    },
  },
  {
    what: 'WAL bytes of a message, whole life, history kept',
    bound: 1_500,
    atMost: true,
    reached: (read) => read('whole life', tcp, 'walBytesPerMessage'),
  },
  {
    what: 'the http function above the bare call of the driver, p50 ms',
    bound: 1,
    atMost: true,
    reached: (read) => read('enqueue by HTTP', 'Millrace, npm start', 'overheadP50Ms'),
  },
  {
    what: 'enqueue in batches over TCP, against pg-boss',
    bound: 1.5,
    reached: (read) =>
      ratio(read('enqueue in batches', tcp), read('enqueue in batches', 'pg-boss')),
  },
  {
    what: 'bytes of the consumer function, minified',
    bound: 320_000,
    atMost: true,
    reached: (read) => read('bundle', 'Millrace, consumer function', 'bytes'),
  },
  {
    what: 'import of the consumer function over bare Node, ms',
    bound: 35,
    atMost: true,
    reached: (read) => read('bundle', 'Millrace, consumer function', 'importMs'),
  },
  {
    what: 'statements of an idle look',
    bound: 1.01,
    atMost: true,
    reached: (read) => read('idle look', tcp, 'statements'),
  },
  {
    what: '10,000 groups of 10, against no groups',
    bound: 0.5,
    reached: (read) =>
      ratio(
        read('drain groups', tcp, rate, 'in groups'),
        read('drain groups', tcp, rate, 'without groups'),
      ),
  },
  {
    what: 'drain of what a crash has left, against fresh',
    bound: 0.5,
    reached: (read) =>
      ratio(
        read('drain after a crash', tcp, rate, 'suspects'),
        read('drain after a crash', tcp, rate, 'fresh'),
      ),
  },
];

export function verdicts(summaries: readonly Summary[]): Verdict[] {
  const read: Read = (workload, system, value = rate, variant = '') =>
    medianOf(summaries, { workload, variant, system, value });
  return targets.map(({ what, bound, atMost = false, reached: reach }) => {
    const reached = reach(read);
    const isMet = reached === undefined ? undefined : atMost ? reached <= bound : reached >= bound;
    return { what, target: `${atMost ? 'at most' : 'at least'} ${bound}`, reached, isMet };
  });
}
