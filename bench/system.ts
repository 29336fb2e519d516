// What is measured: a queue in Postgres, behind the few calls that every one of them has in some form.
import type { Payload } from './message.ts';

export type Handler = (payload: Payload) => Promise<void>;

export interface Addresses {
  /** Postgres itself, or a delay in front of it. */
  readonly postgres: string;
  /** The Neon endpoint, or a delay in front of it. */
  readonly neon: string;
  /** Whether each transaction of the first may meet another connection. */
  readonly isPooled?: boolean;
}

export interface EnqueueOptions {
  /** By number, from 0. */
  readonly queue?: number;
  /** One for each message: those with the same key are handled one after another. */
  readonly groupKeys?: readonly string[];
}

export interface DrainOptions {
  /** Messages that wait to be handled: for systems that do not notice themselves when all are done. */
  readonly count: number;
  readonly batch: number;
  /** Handlers at once; as the system has it when it is left out. */
  readonly concurrency?: number;
  readonly handler: Handler;
  /** Whether handlers may throw the two errors below. */
  readonly outcomes?: boolean;
}

/** How a handler says that its message must come back later, or never; each system has its own way to be told. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
}
export class NeverAgain extends Error {
  override readonly name = 'NeverAgain';
}

export interface Client {
  /** One call that stores all of them. */
  enqueue(messages: readonly Payload[], options?: EnqueueOptions): Promise<void>;
  /** Handles and settles until nothing is left that may be handled now. */
  drain(options: DrainOptions): Promise<void>;
  /** Takes messages without settling them, each call the next ones; answers how many. */
  claim?(count: number): Promise<number>;
  close(): Promise<void>;
}

/** What its database is made for. */
export interface Shape {
  readonly queues: number;
  /** Whether messages have group keys. */
  readonly grouped: boolean;
}

/** What a workload may ask for beyond enqueue and drain. */
export type Feature = 'groups' | 'outcomes' | 'claim';

export interface System {
  /** In tables and charts. */
  readonly name: string;
  readonly family: 'millrace' | 'peer' | 'floor';
  /** Version, the settings that were chosen, and why: one line for the report. */
  readonly settings: string;
  /** What is left of a message that was handled. */
  readonly history: 'kept' | 'deleted';
  readonly features: readonly Feature[];
  /** Makes its schema and queues in an empty database, which is then cloned for each measurement. */
  install(addresses: Addresses, shape: Shape): Promise<void>;
  /** For a database that was installed with the same shape. */
  connect(addresses: Addresses, shape: Shape): Promise<Client>;
  /** SQL that stores $1 messages at once, for backlogs too long to be enqueued one call at a time; $2 is a payload. */
  readonly fill: Readonly<Partial<Record<Backlog, string>>>;
}

export type Backlog = 'ready' | 'delayed' | 'blocked';
