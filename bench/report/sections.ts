// What the report shows of each workload, in which order, and in which words.

import type { Column, Section } from './section.ts';

const rate: Column = { heading: 'messages/s', value: 'messagesPerSecond', digits: 0, spread: true };
const wal: Column = { heading: 'WAL B/message', value: 'walBytesPerMessage', digits: 0 };
const dead: Column = { heading: 'dead tuples', value: 'deadTuples', digits: 0 };
const p50: Column = { heading: 'p50 ms', value: 'p50Ms', digits: 2, spread: true };
const p95: Column = { heading: 'p95 ms', value: 'p95Ms', digits: 2 };
const work: readonly Column[] = [
  { heading: 'statements/batch', value: 'statementsPerMessage', digits: 2, factor: 200 },
  wal,
  { heading: 'database ms/1,000', value: 'databaseMsPerThousand', digits: 1 },
  { heading: 'CPU ms/1,000', value: 'cpuMsPerThousand', digits: 1 },
];
const byRate = { value: 'messagesPerSecond', moreIsBetter: true };
const byLatency = { value: 'p50Ms', moreIsBetter: false };

export const sections: readonly Section[] = [
  {
    workload: 'drain',
    title: 'Drain',
    about:
      '50,000 messages (2,000 for graphile-worker with its defaults) and handlers that do nothing.',
    columns: [rate, ...work, dead],
    compared: byRate,
  },
  {
    workload: 'enqueue in batches',
    title: 'Enqueue in batches of 200',
    about: 'One call after another.',
    columns: [rate, ...work],
    compared: byRate,
  },
  {
    workload: 'whole life',
    title: 'WAL of a whole life',
    about: 'Enqueue and drain together, each after a checkpoint.',
    columns: [wal],
    compared: { value: 'walBytesPerMessage', moreIsBetter: false },
  },
  {
    workload: 'enqueue one by one',
    title: 'Enqueue one by one',
    about: 'One call after another, each waiting for its commit.',
    columns: [rate, p50, p95, wal],
    compared: byLatency,
  },
  {
    workload: 'drain at a distance',
    title: 'Drain at a distance',
    about: '10,000 messages with a network round trip added by a proxy.',
    columns: [rate, work[0] ?? rate],
    compared: byRate,
  },
  {
    workload: 'drain under a pinned snapshot',
    title: 'Drain under a pinned snapshot',
    about:
      '30,000 messages, after as many as it says were finished while a transaction kept its snapshot.',
    columns: [rate, dead],
    compared: byRate,
    against: 'after 0',
  },
  {
    workload: 'claim',
    title: 'Claim by backlog',
    about:
      'One claim of 200 after another; 10,000 ready messages lie behind what each scene is about.',
    columns: [p50, p95, { heading: 'first ms', value: 'firstMs', digits: 2 }],
    compared: byLatency,
    against: '10,000 ready',
  },
  {
    workload: 'drain groups',
    title: 'Groups in order',
    about: 'Groups of 10 that take turns: 10,000 groups for Millrace, 1,000 for the others.',
    columns: [rate, ...work],
    compared: byRate,
    against: 'without groups',
  },
  {
    workload: 'drain large payloads',
    title: 'Large payloads',
    about: 'As many messages of each size as make 50 MB of JSON, and handlers that do nothing.',
    columns: [
      rate,
      { heading: 'MB/s', value: 'megabytesPerSecond', digits: 0 },
      { heading: 'database ms/MB', value: 'databaseMsPerMegabyte', digits: 2 },
    ],
    compared: byRate,
  },
  {
    workload: 'drain three of 200 queues',
    title: 'Three of 200 queues',
    about: '3,000 messages in three queues, and one consumer for all 200.',
    columns: [rate, ...work],
    compared: byRate,
  },
  {
    workload: 'drain with failures',
    title: 'Mixed outcomes',
    about: '5 % must come back in a minute, 1 % never will.',
    columns: [rate, ...work],
    compared: byRate,
  },
  {
    workload: 'drain with handlers of 20 ms',
    title: 'Handlers that wait',
    about: 'Handlers wait for 20 ms, 50 at once: 2,500 a second would be perfect.',
    columns: [rate, ...work],
    compared: byRate,
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
      'The consumer function as it is deployed, minified: its bytes, and its import over bare Node.',
    columns: [
      { heading: 'bytes', value: 'bytes', digits: 0 },
      { heading: 'import ms', value: 'importMs', digits: 1 },
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
