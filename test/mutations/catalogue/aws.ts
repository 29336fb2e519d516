import type { Mutation } from '../mutation.ts';

const callTest = 'test/functions/aws/call-aws.test.ts';
const misconfiguredTest = 'test/functions/http/misconfigured.test.ts';

/** Calls to AWS, the stand-in that answers them on a laptop, and what is wrong with the configuration. */
export const aws: readonly Mutation[] = [
  {
    name: 'signature-leaves-out-the-body',
    fault: 'AWS refuses every call, since what is signed is not what is sent.',
    file: 'functions/aws/signed-headers.ts',
    replace: 'await sha256(body)',
    by: "await sha256('')",
    testFile: 'test/functions/aws/signed-headers.test.ts',
    test: 'signs as aws4fetch does: %s, %s %s',
  },
  {
    name: 'stand-in-trusts-any-signature',
    fault: 'A fault in signing shows in the cloud first, since the laptop takes every signature.',
    file: 'local/aws/signature.ts',
    replace: "!timingSafeEqual(expected, Buffer.from(signature, 'hex'))",
    by: 'expected.length === 0',
    testFile: 'test/local/aws/signature.test.ts',
    test: 'refuses %s',
  },
  {
    name: 'armed-schedule-is-a-failure',
    fault: 'A wake-up that somebody else has armed counts as lost.',
    file: 'functions/aws/create-schedule.ts',
    replace: "errorType === 'ConflictException'",
    by: "errorType === 'none'",
    testFile: callTest,
    test: 'tells a schedule that exists and a time that is past from what cannot be created',
    error: 'CreateSchedule failed: ConflictException',
  },
  {
    name: 'throttled-call-is-given-up',
    fault: 'A wake-up is lost when AWS says once that it is busy.',
    file: 'functions/aws/call-aws.ts',
    replace: 'status >= 500 || status === 429',
    by: 'status >= 600',
    testFile: callTest,
    test: 'repeats what may pass with the same token, and refuses at once what will not',
    error: 'CreateSchedule failed: status 500',
  },
  {
    name: 'wrong-parameter-is-away',
    fault:
      'Callers are told to come again soon, for ever, when nobody can read the connection string.',
    file: 'functions/runtime/kind-of-failure.ts',
    replace: "error.isTransient ? 'away' : 'misconfigured'",
    by: "'away'",
    testFile: misconfiguredTest,
    test: '%s is a fault of configuration, told once in the log',
  },
  {
    name: 'misconfiguration-in-every-line',
    fault: 'Every request logs the same error of the configuration.',
    file: 'functions/runtime/log-misconfiguration.ts',
    replace: 'if (!told.has(cause)) ',
    by: '',
    testFile: 'test/functions/runtime/log-misconfiguration.test.ts',
    test: 'is told once for each cause',
  },
  {
    name: 'unmigrated-database-is-misconfigured',
    fault: 'Nobody is told that a new database wants the migration function.',
    file: 'queue/routines/failure-kind.ts',
    replace: "'3F': 'unmigrated'",
    by: "'3F': 'misconfigured'",
    testFile: misconfiguredTest,
    test: 'a new database behind the same parameter is told of as not migrated, with what to do',
  },
  {
    name: 'older-schema-is-taken',
    fault: 'Code works on the schema of an older release until something there is missing.',
    file: 'queue/schema-needed.ts',
    replace: 'if (!(found >= schemaNeeded)) throw',
    by: "if (found === '') throw",
    testFile: 'test/queue/schema-needed.test.ts',
    test: 'a drain refuses an older schema before it claims, says what to run, and goes on as soon as that was done',
    isQuick: true,
  },
  {
    name: 'older-schema-for-ever',
    fault:
      'The http function refuses until somebody restarts it, although the schema was migrated.',
    file: 'functions/runtime/requiring-schema.ts',
    replace: 'monotonicMs() + lookAgainMs : 0',
    by: 'Number.POSITIVE_INFINITY : 0',
    testFile: 'test/functions/runtime/requiring-schema.test.ts',
    test: 'refuses an older schema by one look a second, and lets the first call through that comes after its migration',
  },
  {
    name: 'drain-without-time-throws',
    fault: 'A consumer that is invoked with no time left counts as failed.',
    file: 'queue/drain/deadline.ts',
    replace: 'return this.callBudgetMs >= shortestLookMs;',
    by: 'return true;',
    testFile: 'test/queue/drain/patience.test.ts',
    test: 'a drain with %d ms left makes no call, and answers that it did nothing',
  },
];
