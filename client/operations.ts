// What operators do and look at, by the names that the HTTP API has for it. The client does it over HTTP, and the command line over
// HTTP or SQL.
import type { CancelledChord, ChordStatus, OpenChord } from './chord-answers.ts';
import type { Page, Partly } from './common-answers.ts';
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
import type {
  Chain,
  MessageFilter,
  MessagePage,
  MessageStatus,
  SentEvent,
} from './message-answers.ts';
import type {
  BlockedGroup,
  History,
  PausedKey,
  Period,
  Purged,
  QueueDetail,
  QueueStats,
  WaitingKey,
} from './queue-answers.ts';
import type { EventToSend } from './send-event.ts';

/** Where a page begins, and how long it is. */
export interface PageOptions {
  /** `nextCursor` of the page before; the first page without. */
  readonly cursor?: string;
  /** How many items at most. */
  readonly limit?: number;
}

/** Each rejects with a Problem; of a name or an id that nothing has, with one whose status is 404. */
export interface Operations {
  /** Who calls, and what this deployment is. */
  caller(): Promise<CallerAnswer>;
  /** All queues. */
  queues(): Promise<{ readonly items: readonly QueueStats[] } & Partly>;
  /** One queue, with its policy. */
  queue(name: string): Promise<QueueDetail & Partly>;
  /** Stops claims from a queue, or of a fair queue's messages for one key; it goes on accepting messages. */
  pauseQueue(name: string, options?: { readonly fairnessKey?: string }): Promise<void>;
  /** Lets a paused queue be claimed from again, or what a fair queue has for a paused key. */
  resumeQueue(name: string, options?: { readonly fairnessKey?: string }): Promise<void>;
  /** The fairness keys of a queue that are paused, by key. */
  pausedKeys(queue: string, options?: PageOptions): Promise<Page<PausedKey>>;
  /** The fairness keys that have most waiting in a queue's line, the longest first; 10 of them, or `limit`, at most 100. */
  waitingKeys(
    queue: string,
    options?: { readonly limit?: number },
  ): Promise<{ readonly items: readonly WaitingKey[] } & Partly>;
  /** Cancels what waits, a portion at a time: call again while there is more. */
  purgeQueue(name: string, options?: { readonly limit?: number }): Promise<Purged>;
  /** A queue's groups in which members wait behind others, by key. */
  blockedGroups(queue: string, options?: PageOptions): Promise<Page<BlockedGroup>>;
  /** What drains did in the last hour, day or week. */
  history(options: { readonly period: Period; readonly queue?: string }): Promise<History>;
  /** The messages that fit, newest first. */
  messages(filter?: MessageFilter & PageOptions): Promise<MessagePage>;
  /** How far a message has come. */
  message(id: string): Promise<MessageStatus>;
  /** What caused a message, and what it has caused. */
  chain(id: string): Promise<Chain>;
  /** Cancels the deliveries that nobody has started, and says in which queues; `relayed` are those where SQS has it and it goes on. */
  cancelMessage(
    id: string,
  ): Promise<{ readonly cancelled: readonly string[]; readonly relayed?: readonly string[] }>;
  /** Delivers a kept message again, to one queue or to all that subscribe to its type now. */
  replayMessage(
    id: string,
    options?: { readonly queue?: string },
  ): Promise<{ readonly queues: readonly string[] }>;
  /** Sends a message an event, for handlers in steps that wait for it by its name. */
  sendEvent(id: string, event: EventToSend): Promise<SentEvent>;
  /** The chords that are open, mostly the oldest first. */
  chords(options?: PageOptions): Promise<Page<OpenChord>>;
  /** How far a chord is. */
  chord(id: string): Promise<ChordStatus>;
  /** Cancels a chord, so that nothing follows it, and those of its members that nobody has started: call again while there is more. */
  cancelChord(id: string): Promise<CancelledChord>;
  /** The dead letters that fit, newest first. */
  deadLetters(filter?: DeadLetterFilter & PageOptions): Promise<Page<DeadLetter>>;
  /** The dead letters that fit, by what killed them. */
  deadLetterGroups(filter?: DeadLetterFilter): Promise<DeadLetterGroups>;
  /** Sends dead letters round again, a portion at a time. */
  redrive(choice: DeadLetterChoice): Promise<Redriven>;
  /** Gives dead letters up, a portion at a time; their messages are kept. */
  discard(choice: DeadLetterChoice): Promise<Discarded>;
  /** The schedules that the code declares. */
  schedules(): Promise<{ readonly items: readonly ScheduleStatus[] }>;
  /** Stops a schedule: nothing is enqueued for due times until it is resumed. */
  pauseSchedule(name: string): Promise<void>;
  /** Lets a paused schedule go on, from now: nothing is caught up. */
  resumeSchedule(name: string): Promise<void>;
  /** Enqueues its message now, beside the due times. */
  runSchedule(name: string): Promise<{ readonly id: string }>;
  /** What operators have done, newest first. */
  audit(
    options?: PageOptions & { readonly actor?: string; readonly action?: string },
  ): Promise<Page<AuditLine>>;
  /** Who has an API key. */
  apiKeys(): Promise<{ readonly items: readonly ApiKey[] } & Partly>;
  /** Revokes a key: within 5 seconds it is refused everywhere. */
  revokeApiKey(name: string): Promise<void>;
  /** The latest drains, newest first. */
  drains(options?: PageOptions & { readonly queue?: string }): Promise<Page<Drain>>;
}
