// "millrace": what an application declares its message types, queues, handlers and schedules with, and enqueues with.
export { type Database, openDatabase, openSession, type Session } from '#queue/database.ts';
export {
  type BatchContext,
  type BatchHandler,
  type BatchItem,
  type BatchOutcome,
  type BatchSubscription,
  onBatch,
} from '#queue/declare/batch-handler.ts';
export type { BrowserLimits } from '#queue/declare/browser-limits.ts';
export type { Duration } from '#queue/declare/duration.ts';
export type { EngineOptions } from '#queue/declare/engine.ts';
export type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
export {
  type EnqueueFollowUp,
  type Handler,
  type HandlerContext,
  type Message,
  on,
  type ReportProgress,
  type SingleSubscription,
} from '#queue/declare/handler.ts';
export {
  type AnyMessageType,
  defineMessageType,
  type MessageType,
  type PayloadInput,
  type PayloadOf,
} from '#queue/declare/message-type.ts';
export { defineQueue, type Queue, type QueuePolicy, type RateLimit } from '#queue/declare/queue.ts';
export { defineRegistry, type Registry } from '#queue/declare/registry.ts';
export {
  defineSchedule,
  type Schedule,
  type ScheduleOptions,
  type Timing,
} from '#queue/declare/schedule.ts';
export type {
  AsJson,
  Lease,
  RunStep,
  Sleep,
  StepsContext,
  StepsHandler,
  StepsSubscription,
  WaitFor,
} from '#queue/declare/steps-handler.ts';
export type { Subscription } from '#queue/declare/subscription.ts';
export type { CatchUp } from '#queue/declare/timing/catch-up.ts';
export type { Rule, Span } from '#queue/declare/timing/rule.ts';
export {
  onInTransaction,
  type TransactionalContext,
  type TransactionalHandler,
  type TransactionalSubscription,
} from '#queue/declare/transactional-handler.ts';
export type { Upcaster, Upcasters } from '#queue/declare/upcast.ts';
export { type HandlerResult, reject, result, retryAfter, snooze } from '#queue/declare/ways-out.ts';
export { drain } from '#queue/drain/drain.ts';
export type { DrainOptions } from '#queue/drain/drain-options.ts';
export type { DrainSummary } from '#queue/drain/summary.ts';
export { EnqueueRefused, type RefusalCode } from '#queue/enqueue-refused.ts';
export type { Log } from '#queue/log.ts';
export type { NamedError } from '#queue/named-error.ts';
export type {
  Connection,
  StatementAnswer,
  StatementRunner,
  StatementTag,
} from '#queue/produce/connection.ts';
export { enqueue, enqueueMany } from '#queue/produce/enqueue.ts';
export {
  type ChordToEnqueue,
  type EnqueuedChord,
  enqueueChord,
} from '#queue/produce/enqueue-chord.ts';
export { type MessageToEnqueue, message } from '#queue/produce/message.ts';
export type { DeliveryStatus } from '#queue/routines/delivery-status.ts';
export type { Enqueued, NewMessage, Place } from '#queue/routines/enqueue.ts';
export type { DrainCounts } from '#queue/routines/record-drain.ts';

export { SchemaTooOld } from '#queue/schema-needed.ts';
export { onInSteps } from '#queue/steps/on-in-steps.ts';
