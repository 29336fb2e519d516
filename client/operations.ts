// What operators do and look at, by the names that the HTTP API has for it. The client does it over HTTP, and the command line over
// HTTP or SQL.
import type { Page } from './common-answers.ts';
import type {
  DeadLetter,
  DeadLetterChoice,
  DeadLetterFilter,
  DeadLetterGroups,
  Discarded,
  Redriven,
} from './dead-letter-answers.ts';
import type {
  ApiKey,
  AuditLine,
  CallerAnswer,
  Drain,
  ScheduleStatus,
} from './deployment-answers.ts';
import type { Chain, MessageFilter, MessagePage, MessageStatus } from './message-answers.ts';
import type {
  BlockedGroup,
  History,
  Period,
  Purged,
  QueueDetail,
  QueueStats,
} from './queue-answers.ts';

/** Where a page begins, and how long it is. */
export interface PageOptions {
  readonly cursor?: string;
  readonly limit?: number;
}

/** Each rejects with a Problem; of a name or an id that nothing has, with one whose status is 404. */
export interface Operations {
  caller(): Promise<CallerAnswer>;
  queues(): Promise<{ readonly items: readonly QueueStats[] }>;
  queue(name: string): Promise<QueueDetail>;
  pauseQueue(name: string): Promise<void>;
  resumeQueue(name: string): Promise<void>;
  /** Cancels what waits, a portion at a time: call again while there is more. */
  purgeQueue(name: string, options?: { readonly limit?: number }): Promise<Purged>;
  blockedGroups(queue: string, options?: PageOptions): Promise<Page<BlockedGroup>>;
  history(options: { readonly period: Period; readonly queue?: string }): Promise<History>;
  messages(filter?: MessageFilter & PageOptions): Promise<MessagePage>;
  message(id: string): Promise<MessageStatus>;
  chain(id: string): Promise<Chain>;
  cancelMessage(id: string): Promise<{ readonly cancelled: readonly string[] }>;
  replayMessage(
    id: string,
    options?: { readonly queue?: string },
  ): Promise<{ readonly queues: readonly string[] }>;
  deadLetters(filter?: DeadLetterFilter & PageOptions): Promise<Page<DeadLetter>>;
  deadLetterGroups(filter?: DeadLetterFilter): Promise<DeadLetterGroups>;
  redrive(choice: DeadLetterChoice): Promise<Redriven>;
  discard(choice: DeadLetterChoice): Promise<Discarded>;
  schedules(): Promise<{ readonly items: readonly ScheduleStatus[] }>;
  pauseSchedule(name: string): Promise<void>;
  resumeSchedule(name: string): Promise<void>;
  /** Enqueues its message now, beside the due times. */
  runSchedule(name: string): Promise<{ readonly id: string }>;
  audit(
    options?: PageOptions & { readonly actor?: string; readonly action?: string },
  ): Promise<Page<AuditLine>>;
  apiKeys(): Promise<{ readonly items: readonly ApiKey[] }>;
  revokeApiKey(name: string): Promise<void>;
  drains(options?: PageOptions & { readonly queue?: string }): Promise<Page<Drain>>;
}
