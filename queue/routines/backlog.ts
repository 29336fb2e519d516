import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';
import type { Cursor } from './claimed-delivery.ts';

/** A queue of which is asked how much waits in it. */
export interface BacklogQueue {
  readonly queue: string;
  /** Where the queue's first claimable delivery is, or further: nothing before it is counted. */
  readonly cursor: Cursor;
  /** How many handlers run at once in one consumer. */
  readonly concurrency: number;
  /** How long a delivery takes this consumer, others beside it included, in milliseconds; null when it is not measured. */
  readonly eachMs: number | null;
}

export interface Backlog {
  /** How many helpers have a place at this moment. */
  readonly helpers: number;
  /** Paused queues are left out. */
  readonly queues: readonly WaitingQueue[];
}

export interface WaitingQueue {
  readonly queue: string;
  /** How many deliveries could be claimed now: counted to as many as the consumers can handle in their time, and to 500,000. */
  readonly waiting: number;
  /** As it was asked with, or of the latest drains; null when neither is known, and then nothing is counted. */
  readonly eachMs: number | null;
}

interface BacklogOptions {
  /** How many consumers there can be, the one that asks included. */
  readonly consumers: number;
  /** How long each of them can handle something, in milliseconds. */
  readonly timeMs: number;
  readonly budgetMs: number;
}

/** Asks how much waits in queues. Repeated while the database is away, for at most budgetMs. */
export async function backlog(
  database: Database,
  queues: readonly BacklogQueue[],
  { consumers, timeMs, budgetMs }: BacklogOptions,
): Promise<Backlog> {
  const parameters = [JSON.stringify(queues), consumers, timeMs];
  const text = 'select millrace.backlog($1, $2, $3)';
  return (await ask<{ backlog: Backlog }>(database, text, parameters, budgetMs)).backlog;
}
