// "millrace/testing": the test kit, which runs your handlers on a real Postgres of their own.
export type { KeptEvent, Step } from '#client/message-answers.ts';
export type { Duration } from '#queue/declare/duration.ts';
export type { HandlerProgress, MessageStatus } from '#queue/operate/message-status.ts';
export type { AttemptOutcome } from '#queue/routines/delivery-status.ts';
export type { ErrorRecord } from '#queue/routines/error-record.ts';
export { openTestKit, type TestKit, type TestKitOptions } from '#testing/test-kit.ts';
