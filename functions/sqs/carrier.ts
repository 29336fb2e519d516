// SQS as the carrier of one batch. What it fails to do is logged, and no more: it comes back when it was hidden for long enough.
import type { AwsAccess } from '#functions/aws/access.ts';
import { changeVisibility, deleteMessages } from '#functions/aws/sqs.ts';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import type { Log } from '#queue/log.ts';
import type { Carrier, Received } from '#queue/receive/received.ts';
import type { ReceivedRecord } from './records.ts';

/** A call is waited for no longer than this, in milliseconds. */
const longestCallMs = 3_000;
/** Left for the end of the invocation. */
const returnMs = 100;

interface CarrierOptions {
  readonly access: AwsAccess;
  readonly queueUrl: string;
  readonly records: readonly ReceivedRecord[];
  readonly remainingMs: () => number;
  readonly log: Log;
}

export function sqsCarrier(options: CarrierOptions): Carrier {
  const { access, queueUrl, records, remainingMs, log } = options;
  const handles = new Map(records.map(({ key, receiptHandle }) => [key, receiptHandle]));
  const handleOf = ({ key }: Received) => handles.get(key) ?? '';

  /** Makes a call that answers the handles of those that SQS has refused. */
  const call = async (
    failure: string,
    make: (to: { queueUrl: string; timeoutMs: number }) => Promise<readonly string[]>,
  ): Promise<void> => {
    const timeoutMs = Math.min(longestCallMs, remainingMs() - returnMs);
    if (timeoutMs <= 0) return;
    try {
      const refused = await make({ queueUrl, timeoutMs });
      if (refused.length > 0) log.warn(failure, { messages: refused.length });
    } catch (error) {
      log.warn(failure, { error: errorAttributes(error) });
    }
  };
  return {
    acknowledge: (copies) =>
      call('messages could not be deleted', (to) =>
        deleteMessages(access, { ...to, receiptHandles: copies.map(handleOf) }),
      ),
    hide(waits) {
      const entries = Array.from(waits, ([copy, seconds]) => {
        return { receiptHandle: handleOf(copy), seconds };
      });
      return call('messages could not be hidden', (to) =>
        changeVisibility(access, { ...to, entries }),
      );
    },
  };
}
