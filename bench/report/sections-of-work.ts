// Sections in which every system that can take part does the same work.
import { buffers, byLatency, byRate, dead, p50, p95, rate, served, wal, work } from './columns.ts';
import type { Section } from './section.ts';

export const sectionsOfWork: readonly Section[] = [
  {
    workload: 'drain',
    title: 'Drain',
    about:
      '50,000 messages (2,000 for graphile-worker with its defaults) and handlers that do nothing.',
    columns: [rate, ...work, dead],
    compared: byRate,
  },
  {
    workload: 'long drain',
    title: 'A long drain',
    about:
      'The drain of 250,000 messages, so that what a consumer and its connections take to get going is not in the rate.',
    columns: [rate, ...work, dead],
    compared: byRate,
  },
  {
    workload: 'drain of singles',
    title: 'Drain of singles',
    about:
      'The drain again, of messages that were enqueued one call each, and of those that came one by one and in batches by turns.',
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
    title: 'A whole life',
    about: 'Enqueue and drain together, each after a checkpoint.',
    columns: [wal, buffers],
    compared: { value: 'walBytesPerMessage', moreIsBetter: false },
  },
  {
    workload: 'single enqueues',
    title: 'Enqueue one by one',
    about:
      'One call after another, each waiting for its commit. For the speeds all systems are open at once and take 90 turns of 100 calls; the counts are of 1,000 calls of each alone.',
    columns: [rate, p50, p95, ...work],
    compared: byLatency,
  },
  {
    workload: 'drain by eight consumers',
    title: 'Eight consumers',
    about:
      'Eight consumers at once on one queue, each a process of its own that has started before the clock does.',
    columns: [rate, ...served],
    compared: byRate,
  },
  {
    workload: 'drain behind pgbouncer',
    title: 'Behind pgbouncer',
    about:
      'The drain through pgbouncer in transaction mode, with 20 connections to Postgres; graphile-worker without prepared statements, as its documentation asks for.',
    columns: [rate, ...work],
    compared: byRate,
  },
  {
    workload: 'drain at a distance',
    title: 'Drain at a distance',
    about: '30,000 messages with a network round trip added by a proxy.',
    columns: [rate, ...work],
    compared: byRate,
  },
  {
    workload: 'drain under a pinned snapshot',
    title: 'Drain under a pinned snapshot',
    about:
      '30,000 messages, after as many as it says were finished while a transaction kept its snapshot.',
    columns: [rate, ...work, dead],
    compared: byRate,
    against: 'after 0',
  },
  {
    workload: 'claim',
    title: 'Claim by backlog',
    about:
      'One claim of 200 after another; 10,000 ready messages lie behind what each scene is about.',
    columns: [
      p50,
      p95,
      { heading: 'first ms', value: 'firstMs', digits: 2 },
      { heading: 'messages a claim', value: 'claimed', digits: 0 },
    ],
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
    workload: 'a message behind a noisy tenant',
    title: 'Behind a noisy tenant',
    about:
      "Another tenant's message, sent while 100,000 of one tenant are drained by handlers of 10 ms, 50 at once: until its handler starts.",
    columns: [p50, p95],
    compared: byLatency,
    against: 'not fair',
  },
  {
    workload: 'drain a fair queue',
    title: 'What being fair costs',
    about:
      '100,000 messages with fairness keys, enqueued 200 a call and drained by handlers that do nothing.',
    columns: [rate, { heading: 'enqueued/s', value: 'enqueuedPerSecond', digits: 0 }],
    compared: byRate,
    against: 'not fair',
  },
  {
    workload: 'enqueue 200 MB',
    title: 'Large payloads enqueued',
    about:
      'As many messages of each size as make 200 MB of JSON, a megabyte a call. Postgres compresses them to about half.',
    columns: [
      rate,
      { heading: 'MB/s', value: 'megabytesPerSecond', digits: 0 },
      ...work,
      { heading: 'database ms/MB', value: 'databaseMsPerMegabyte', digits: 2 },
    ],
    compared: byRate,
  },
  {
    workload: 'drain 200 MB',
    title: 'Large payloads drained',
    about:
      'The same messages, and handlers that do nothing, in a process of their own that has started before the clock does.',
    columns: [
      rate,
      { heading: 'MB/s', value: 'megabytesPerSecond', digits: 0 },
      ...served,
      { heading: 'database ms/MB', value: 'databaseMsPerMegabyte', digits: 2 },
    ],
    compared: byRate,
  },
  {
    workload: 'drain of 50 queues',
    title: 'Fifty queues',
    about: 'Live messages spread over 50 queues, and one consumer for all of them.',
    columns: [rate, ...work],
    compared: byRate,
  },
  {
    workload: 'drain three of 200 queues',
    title: 'Three of 200 queues',
    about: '12,000 messages in three queues, and one consumer for all 200.',
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
    workload: 'half a minute of handlers of 20 ms',
    title: 'Handlers that wait',
    about:
      'Handlers wait for 20 ms, 50 at once: 2,500 a second would be perfect. Timers alone are the same waits without any queue.',
    columns: [rate, ...work],
    compared: byRate,
  },
];
