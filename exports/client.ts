// "millrace/client": enqueue and follow messages over HTTP, from browsers, Node and edge runtimes. On fetch alone, with no dependency.
export type {
  CancelledChord,
  ChordStatus,
  EnqueuedChord,
  JoinedChord,
  OpenChord,
} from '#client/chord-answers.ts';
export { type Client, createClient } from '#client/client.ts';
export type { Outcome, Page, Partly, ShownError, Status } from '#client/common-answers.ts';
export type {
  DeadLetter,
  DeadLetterChoice,
  DeadLetterFilter,
  DeadLetterGroups,
  Discarded,
  Redriven,
} from '#client/dead-letter-answers.ts';
export type {
  ApiKey,
  AuditLine,
  CallerAnswer,
  Drain,
  ScheduleStatus,
} from '#client/deployment-answers.ts';
export type { ChordToEnqueue } from '#client/enqueue-chord.ts';
export type { EnqueueManyOptions, EnqueueProgress } from '#client/enqueue-many.ts';
export type { MessagesToJoin } from '#client/join-chord.ts';
export type {
  Attempt,
  Chain,
  Delivery,
  Enqueued,
  KeptEvent,
  MessageFilter,
  MessageItem,
  MessagePage,
  MessageStatus,
  Progress,
  SentEvent,
  Step,
} from '#client/message-answers.ts';
export type {
  AnyMessages,
  ChordMessageOf,
  EnqueueOptions,
  MessageOf,
} from '#client/message-to-send.ts';
export type { MessagesOf, MessagesOfOpenapi } from '#client/messages-of.ts';
export { createOperations } from '#client/operate.ts';
export type { Operations, PageOptions } from '#client/operations.ts';
export { MillraceProblem, type ProblemDetails, type ProblemFault } from '#client/problem.ts';
export type {
  BlockedGroup,
  History,
  HistoryCounts,
  PausedKey,
  Percentiles,
  Period,
  PerMinute,
  Purged,
  QueueDetail,
  QueueRate,
  QueueStats,
  WaitingKey,
} from '#client/queue-answers.ts';
export type { EventToSend } from '#client/send-event.ts';
export type { ClientOptions } from '#client/transport.ts';
export type { StatusOptions } from '#client/watch.ts';
