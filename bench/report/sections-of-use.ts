// Sections about what a queue meets in use, most of them with Millrace alone.
import { byLatency, byRate, p50, p95, rate, served, work } from './columns.ts';
import type { Section } from './section.ts';

export const sectionsOfUse: readonly Section[] = [
  {
    workload: 'steady',
    title: 'A steady load',
    about:
      '2,000 messages a second in calls of 20, and a consumer that looks again whenever it has found nothing. A week of history is dropped in the middle; vertical lines in the chart are that and autovacuum. A run’s values are medians over the parts of its time. [An hour of it](performance/steady-hour.md) has a page of its own.',
    columns: [
      rate,
      { heading: 'claim p50 ms', value: 'claimP50Ms', digits: 2, spread: true },
      { heading: 'claim p95 ms', value: 'claimP95Ms', digits: 2, spread: true },
      { heading: 'waiting at the end', value: 'waiting', digits: 0, spread: true },
      ...served,
    ],
  },
  {
    workload: 'drain with helpers',
    title: 'Hand-over',
    about:
      '100,000 messages and handlers that wait for 50 ms, 16 at once in each consumer: what ticks of 55 s handle, alone and with helpers. Every consumer is a process of its own.',
    columns: [
      { heading: 'messages', value: 'messages', digits: 0 },
      { heading: 'seconds', value: 'seconds', digits: 1 },
      rate,
      ...served,
      { heading: 'helpers', value: 'started', digits: 0 },
      { heading: 'consumers at once', value: 'mostAtOnce', digits: 0 },
    ],
    compared: byRate,
    against: 'one tick alone',
  },
  {
    workload: 'drain after a crash',
    title: 'After a crash',
    about:
      '1,000 messages and handlers that wait for 20 ms: fresh ones, and those whose consumer died with all of them.',
    columns: [rate, ...work],
    compared: byRate,
    against: 'fresh',
  },
  {
    workload: 'one transaction',
    title: 'One transaction',
    about:
      'So many messages enqueued in batches of 200 within one transaction: how many were stored, and what it held before its commit.',
    columns: [
      { heading: 'messages', value: 'messages', digits: 0 },
      { heading: 'locks', value: 'locks', digits: 0 },
      { heading: 'MB of the backend', value: 'backendMegabytes', digits: 0 },
    ],
  },
  {
    workload: 'redrive',
    title: 'Redrive',
    about:
      'Dead letters brought back through the HTTP API, by one request after another until none is left.',
    columns: [
      { heading: 'messages', value: 'messages', digits: 0 },
      { heading: 'requests', value: 'requests', digits: 0 },
      { heading: 'statements', value: 'statements', digits: 0 },
      { heading: 'longest statement ms', value: 'longestStatementMs', digits: 0, spread: true },
    ],
  },
  {
    workload: 'drain by engine',
    title: 'Queues on SQS',
    about:
      'Messages enqueued in batches of 200: handled from Postgres; relayed to an SQS that accepts everything, at once or after 10 ms; and received as SQS delivers them, ten in an invocation and three invocations at once, with what SQS and Lambda do in between left out. So the rates of what is received compare with each other alone, and what Postgres does for each with all. What a crash has left was delivered before, and nothing is known of it.',
    columns: [rate, ...work],
  },
  {
    workload: 'enqueue by engine',
    title: 'Enqueue over HTTP, by engine',
    about:
      'The function behind the HTTP API, in this process, for a queue in Postgres and for one on an SQS that accepts everything at once: requests one after another.',
    columns: [p50, p95, rate, ...work],
  },
  {
    workload: 'idle look',
    title: 'Idle look',
    about: 'A look at a queue that has nothing.',
    columns: [
      p50,
      p95,
      { heading: 'statements', value: 'statements', digits: 2 },
      { heading: 'database ms', value: 'databaseMs', digits: 2 },
      { heading: 'CPU ms', value: 'cpuMs', digits: 2 },
    ],
    compared: byLatency,
  },
  {
    workload: 'enqueue by HTTP',
    title: 'Enqueue by HTTP',
    about:
      'The function behind `POST /v1/messages`, given an event as from API Gateway, and the same enqueue by a bare call of the Neon driver.',
    columns: [
      { heading: 'function p50 ms', value: 'functionP50Ms', digits: 2 },
      { heading: 'bare call p50 ms', value: 'callP50Ms', digits: 2 },
      { heading: 'overhead p50 ms', value: 'overheadP50Ms', digits: 2 },
    ],
  },
  {
    workload: 'from HTTP to handled',
    title: 'From HTTP to handled',
    about: 'A tick every second, requests at random moments, three queues for each message.',
    columns: [p50, p95],
  },
  {
    workload: 'eager',
    title: 'From HTTP to handled, eagerly',
    about:
      'Where an enqueue wakes the consumer, with the cloud’s tick of a minute: requests at random moments, one queue for each message.',
    columns: [p50, p95, { heading: 'drains a second', value: 'drainsPerSecond', digits: 1 }],
  },
  {
    workload: 'bundle',
    title: 'Cold start',
    about:
      'The consumer function as it is deployed, minified: its bytes, and its import over bare Node; beside it the Neon driver and zod alone, bundled alike, with a schema of three fields.',
    columns: [
      { heading: 'bytes', value: 'bytes', digits: 0 },
      { heading: 'import ms', value: 'importMs', digits: 1, spread: true },
      { heading: 'of the driver and zod', value: 'importRatio', digits: 2, spread: true },
    ],
  },
  {
    workload: 'cold start',
    title: 'Cold start of every function',
    about:
      'The bundles of the cloud assembly, each in a process under Lambda’s runtime protocol: from its start to the first answer, what its import takes over bare Node, and what an invocation of a warm one takes. http enqueues one order, the consumer finds nothing due, the migration is up to date. Memory is the whole process’s, after the first answer and after 1,000 (20 migrations).',
    columns: [
      { heading: 'bytes', value: 'bytes', digits: 0 },
      { heading: 'first answer ms', value: 'firstAnswerMs', digits: 0 },
      { heading: 'import ms', value: 'importMs', digits: 1 },
      { heading: 'warm p50 ms', value: 'warmP50Ms', digits: 2 },
      { heading: 'MB at first', value: 'firstMegabytes', digits: 0 },
      { heading: 'MB later', value: 'laterMegabytes', digits: 0 },
    ],
  },
];
