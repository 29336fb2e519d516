import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';

/** What has a place among the steps of a delivery. */
export type StepKind = 'step' | 'sleep' | 'event';

/** A step as it is recorded. */
export interface RecordedStep {
  /** Of the handler that has finished it. */
  readonly version: number;
  readonly name: string;
  readonly kind: StepKind;
  /** Whether it is a sleep, or a wait for an event, that is not known to be over. */
  readonly isOpen: boolean;
  /** Left out when it gave nothing, and when no event came in time. */
  readonly result?: unknown;
}

/** Whose step it is, and the proof that the caller holds it. */
export interface HeldSteps {
  readonly queue: string;
  readonly id: string;
  readonly token: string;
}

interface Place {
  /** Its place among the steps of its delivery, from 0. */
  readonly number: number;
  readonly version: number;
  readonly name: string;
}

/** What a handler has finished. */
export interface FinishedStep extends Place {
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
  { queue, id, token }: HeldSteps,
  { number, version, name, result, ms }: FinishedStep,
): Promise<boolean> {
  const text = 'select millrace.record_step($1, $2, $3, $4, $5, $6, $7, $8) as recorded';
  const parameters = [queue, id, token, number, version, name, result, ms];
  const { recorded } = await ask<{ recorded: boolean }>(database, text, parameters, budgetMs);
  return recorded;
}

/** A sleep, or a wait for an event. */
export interface BegunPause extends Place {
  /** How long it is at most, from when it began. */
  readonly seconds: number;
  /** How long the handler has run, in milliseconds. */
  readonly ms: number;
}

/** Begins a sleep, or ends it. asleep: the delivery is given back until it is over. */
export async function sleepInSteps(
  database: Database,
  { queue, id, token }: HeldSteps,
  { number, version, name, seconds, ms }: BegunPause,
): Promise<'asleep' | 'over' | 'lost'> {
  const text = 'select millrace.sleep_in_steps($1, $2, $3, $4, $5, $6, $7, $8) as state';
  const parameters = [queue, id, token, number, version, name, seconds, ms];
  const { state } = await ask<{ state: 'asleep' | 'over' | 'lost' }>(
    database,
    text,
    parameters,
    budgetMs,
  );
  return state;
}

/** What has become of a wait. asleep: the delivery is given back until the event comes or the time is over. */
export type Waited =
  | { readonly state: 'asleep' | 'lost' }
  /** Without a payload when no event has come in time. */
  | { readonly state: 'over'; readonly payload?: unknown };

/** Begins to wait for the event of that name, or ends it. */
export async function waitInSteps(
  database: Database,
  { queue, id, token }: HeldSteps,
  { number, version, name, seconds, ms }: BegunPause,
): Promise<Waited> {
  const text = 'select millrace.wait_in_steps($1, $2, $3, $4, $5, $6, $7, $8) as waited';
  const parameters = [queue, id, token, number, version, name, seconds, ms];
  const { waited } = await ask<{ waited: Waited }>(database, text, parameters, budgetMs);
  return waited;
}
