import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';

/** A step as it is recorded. */
export interface RecordedStep {
  /** Of the handler that has finished it. */
  readonly version: number;
  readonly name: string;
  /** Left out when it gave nothing. */
  readonly result?: unknown;
}

/** What a handler has finished. */
export interface FinishedStep {
  /** Its place among the steps of its delivery, from 0. */
  readonly number: number;
  readonly version: number;
  readonly name: string;
  /** What it gave, as JSON; null when that was nothing. */
  readonly result: string | null;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** For how long a call is repeated while the database is away, in milliseconds. A handler's own time may end sooner. */
const budgetMs = 10_000;

/** What earlier attempts have recorded of a delivery's steps, in their order. */
export async function recordedSteps(
  database: Database,
  queue: string,
  id: string,
): Promise<readonly RecordedStep[]> {
  const text = 'select millrace.recorded_steps($1, $2) as steps';
  const { steps } = await ask<{ steps: RecordedStep[] | null }>(
    database,
    text,
    [queue, id],
    budgetMs,
  );
  return steps ?? [];
}

/** Records a finished step under its lease. False: the lease is lost, and nothing was recorded. */
export async function recordStep(
  database: Database,
  { queue, id, token }: { readonly queue: string; readonly id: string; readonly token: string },
  { number, version, name, result, ms }: FinishedStep,
): Promise<boolean> {
  const text = 'select millrace.record_step($1, $2, $3, $4, $5, $6, $7, $8) as recorded';
  const parameters = [queue, id, token, number, version, name, result, ms];
  const { recorded } = await ask<{ recorded: boolean }>(database, text, parameters, budgetMs);
  return recorded;
}
