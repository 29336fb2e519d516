// How long a message may wait with its carrier. SQS hides one for 12 hours at most from when it was received, and forgets it 14
// days after it was sent, however often it was delivered since. What has to wait for longer goes back into Postgres where that
// is possible, and is sent again when it is due.
import type { QueuePolicy } from '#queue/declare/queue.ts';
import { WaitTooLong } from '#queue/errors.ts';
import { errorRecord } from '#queue/routines/error-record.ts';
import type { Result } from '#queue/routines/result.ts';
import type { Received } from './received.ts';

/** A quarter of an hour less than 12 hours for the invocation, and five minutes more for Lambda, which may have gathered a batch. */
export const longestHiddenSeconds = 12 * 3600 - 20 * 60;
/** Two days before SQS forgets it: time enough for somebody to mend what keeps messages from being handled. */
const longestKeptSeconds = 12 * 86_400;
/** What waits for newer code waits for up to an hour. */
const longestForCodeSeconds = 3600;

/** A result with how it is to be waited for. */
export interface WithWait {
  readonly result: Result;
  /** Whether the delivery is to go back into Postgres, which sends it again when it is due. */
  readonly resend: boolean;
}

/**
 * Decides for a result whose message is to wait. On a queue in order none can be sent again, since those behind it would overtake
 * it: a wait that is too long for one delivery is cut, and one that the message would not outlive makes it a dead letter.
 */
export function withWait(
  result: Result,
  {
    policy,
    sentAtMs,
    attempt,
  }: Pick<Received, 'sentAtMs'> & { readonly policy: QueuePolicy; readonly attempt: number },
): WithWait {
  const seconds = longestWaitOf(result, policy, attempt);
  if (seconds === undefined) return { result, resend: false };
  const keptSeconds = (Date.now() - sentAtMs) / 1000 + seconds;
  const isTooLong = keptSeconds > longestKeptSeconds;
  if (policy.engine !== 'sqs-fifo')
    return { result, resend: isTooLong || seconds > longestHiddenSeconds };
  return { result: isTooLong ? tooLong(result) : result, resend: false };
}

/** The longest that the database may let it wait, in seconds; undefined for what has ended, and for what nobody has begun. */
function longestWaitOf(result: Result, policy: QueuePolicy, attempt: number): number | undefined {
  switch (result.outcome) {
    case 'snooze':
      return result.delaySeconds;
    case 'unknown':
      return longestForCodeSeconds;
    case 'retry':
      return result.delaySeconds ?? longestBackoff(policy, attempt);
    default:
      return undefined;
  }
}

const longestBackoff = ({ retryBaseSeconds, retryMaximumSeconds }: QueuePolicy, attempt: number) =>
  Math.min(retryMaximumSeconds, retryBaseSeconds * 2 ** (attempt - 1));

function tooLong(result: Result): Result {
  const { id, token } = result;
  const ms = 'ms' in result ? result.ms : 0;
  const error = errorRecord(new WaitTooLong());
  const cause = 'error' in result ? result.error : undefined;
  return { id, token, outcome: 'dead', ms, error: { ...error, ...(cause && { cause }) } };
}
