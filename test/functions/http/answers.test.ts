// The answers that the API describes are those that the client, the console and the command line are compiled against. The
// compiler tells when one has a member more, or of another type, than the other.
import { expectTypeOf, test } from 'vitest';
import type * as z from 'zod';
import type {
  DeadLetter,
  DeadLetterChoice,
  DeadLetterFilter,
  DeadLetterGroups,
} from '#client/dead-letter-answers.ts';
import type {
  ApiKey,
  AuditLine,
  CallerAnswer,
  Drain,
  ScheduleStatus,
} from '#client/deployment-answers.ts';
import type { Chain, Enqueued, MessagePage, MessageStatus } from '#client/message-answers.ts';
import type { BlockedGroup, QueueDetail, QueueStats } from '#client/queue-answers.ts';
import type { apiKeyAnswer } from '#functions/http/routes/api-keys.ts';
import type { blockedGroup } from '#functions/http/routes/blocked-groups.ts';
import type { callerAnswer } from '#functions/http/routes/caller.ts';
import type {
  deadLetterChoice,
  deadLetterFilter,
} from '#functions/http/routes/dead-letter-choice.ts';
import type { deadLetterGroupsAnswer } from '#functions/http/routes/dead-letter-groups.ts';
import type { deadLetter } from '#functions/http/routes/dead-letters.ts';
import type { enqueuedAnswer } from '#functions/http/routes/enqueued-answer.ts';
import type { messagePage } from '#functions/http/routes/list-messages.ts';
import type { messageAnswer } from '#functions/http/routes/message-answer.ts';
import type { chainAnswer } from '#functions/http/routes/message-chain.ts';
import type { queueDetailAnswer, queueStatsAnswer } from '#functions/http/routes/queue-answers.ts';
import type { auditLine, drainAnswer } from '#functions/http/routes/records.ts';
import type { scheduleAnswer } from '#functions/http/routes/schedules.ts';

/** As the client has it: whoever gets an answer does not change it. */
type Frozen<Value> = Value extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;
type Described<Schema extends z.ZodType> = Frozen<z.output<Schema>>;
/** What a caller may send: what has a default may be left out. */
type Asked<Schema extends z.ZodType> = Frozen<z.input<Schema>>;

test('messages', () => {
  expectTypeOf<Described<typeof enqueuedAnswer>>().toExtend<Enqueued>();
  expectTypeOf<Enqueued>().toExtend<Described<typeof enqueuedAnswer>>();
  expectTypeOf<Described<typeof messageAnswer>>().toExtend<MessageStatus>();
  expectTypeOf<MessageStatus>().toExtend<Described<typeof messageAnswer>>();
  expectTypeOf<Described<typeof messagePage>>().toExtend<MessagePage>();
  expectTypeOf<MessagePage>().toExtend<Described<typeof messagePage>>();
  expectTypeOf<Described<typeof chainAnswer>>().toExtend<Chain>();
  expectTypeOf<Chain>().toExtend<Described<typeof chainAnswer>>();
});

test('dead letters', () => {
  expectTypeOf<Described<typeof deadLetter>>().toExtend<DeadLetter>();
  expectTypeOf<DeadLetter>().toExtend<Described<typeof deadLetter>>();
  expectTypeOf<Described<typeof deadLetterGroupsAnswer>>().toExtend<DeadLetterGroups>();
  expectTypeOf<DeadLetterGroups>().toExtend<Described<typeof deadLetterGroupsAnswer>>();
  expectTypeOf<Asked<typeof deadLetterFilter>>().toExtend<DeadLetterFilter>();
  expectTypeOf<DeadLetterFilter>().toExtend<Asked<typeof deadLetterFilter>>();
  expectTypeOf<Described<typeof deadLetterChoice>>().toExtend<DeadLetterChoice>();
  expectTypeOf<DeadLetterChoice>().toExtend<Asked<typeof deadLetterChoice>>();
});

test('queues', () => {
  expectTypeOf<Described<typeof queueStatsAnswer>>().toExtend<QueueStats>();
  expectTypeOf<QueueStats>().toExtend<Described<typeof queueStatsAnswer>>();
  expectTypeOf<Described<typeof queueDetailAnswer>>().toExtend<QueueDetail>();
  expectTypeOf<QueueDetail>().toExtend<Described<typeof queueDetailAnswer>>();
  expectTypeOf<Described<typeof blockedGroup>>().toExtend<BlockedGroup>();
  expectTypeOf<BlockedGroup>().toExtend<Described<typeof blockedGroup>>();
});

test('the deployment', () => {
  expectTypeOf<Described<typeof scheduleAnswer>>().toExtend<ScheduleStatus>();
  expectTypeOf<ScheduleStatus>().toExtend<Described<typeof scheduleAnswer>>();
  expectTypeOf<Described<typeof auditLine>>().toExtend<AuditLine>();
  expectTypeOf<AuditLine>().toExtend<Described<typeof auditLine>>();
  expectTypeOf<Described<typeof drainAnswer>>().toExtend<Drain>();
  expectTypeOf<Drain>().toExtend<Described<typeof drainAnswer>>();
  expectTypeOf<Described<typeof apiKeyAnswer>>().toExtend<ApiKey>();
  expectTypeOf<ApiKey>().toExtend<Described<typeof apiKeyAnswer>>();
  expectTypeOf<Described<typeof callerAnswer>>().toExtend<CallerAnswer>();
  expectTypeOf<CallerAnswer>().toExtend<Described<typeof callerAnswer>>();
});
