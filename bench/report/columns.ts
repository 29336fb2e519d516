// Columns that several tables share.
import type { Column } from './section.ts';

export const rate: Column = {
  heading: 'messages/s',
  value: 'messagesPerSecond',
  digits: 0,
  spread: true,
};
export const statements: Column = {
  heading: 'statements/batch',
  value: 'statementsPerMessage',
  digits: 2,
  factor: 200,
};
export const wal: Column = { heading: 'WAL B/message', value: 'walBytesPerMessage', digits: 0 };
export const buffers: Column = {
  heading: 'buffers/message',
  value: 'buffersPerMessage',
  digits: 1,
};
export const dead: Column = { heading: 'dead tuples', value: 'deadTuples', digits: 0 };
export const p50: Column = { heading: 'p50 ms', value: 'p50Ms', digits: 2, spread: true };
export const p95: Column = { heading: 'p95 ms', value: 'p95Ms', digits: 2 };

/** What the database did for each message, beside every speed. */
export const served: readonly Column[] = [
  statements,
  wal,
  buffers,
  { heading: 'database ms/1,000', value: 'databaseMsPerThousand', digits: 1 },
  { heading: 'Postgres CPU ms/1,000', value: 'serverCpuMsPerThousand', digits: 1 },
];

/** The same, and what the process of consumer or producer did. */
export const work: readonly Column[] = [
  ...served,
  { heading: 'CPU ms/1,000', value: 'cpuMsPerThousand', digits: 1 },
];

export const byRate = { value: 'messagesPerSecond', moreIsBetter: true };
export const byLatency = { value: 'p50Ms', moreIsBetter: false };
