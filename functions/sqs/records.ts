// The records of an event, as Lambda gives what it has received from an SQS queue.
import type { SQSRecord } from 'aws-lambda';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import type { Log } from '#queue/log.ts';
import type { Received } from '#queue/receive/received.ts';
import { readBody } from './wire.ts';

/** What of a record the handling of its message needs. */
export interface ReceivedRecord extends Received {
  /** By which this delivery of the copy is deleted and hidden. */
  readonly receiptHandle: string;
}

/**
 * The records that can be read, of a deployment over so many databases. Others are no messages of Millrace's, and nothing else can be done for them than to say so: SQS
 * hands them out until its dead-letter queue takes them, where they wait for a person.
 */
export function readRecords(
  records: readonly SQSRecord[],
  databases: number,
  log: Log,
): ReceivedRecord[] {
  return records.flatMap(({ messageId: key, receiptHandle, body, attributes }) => {
    try {
      const message = readBody(body);
      const { database = 0 } = message;
      if (database >= databases)
        throw new TypeError(
          `database in the body of an SQS message is a number below ${databases}; got ${database}`,
        );
      const count = Number(attributes.ApproximateReceiveCount);
      const sentAtMs = Number(attributes.SentTimestamp);
      return [{ key, receiptHandle, message, count, sentAtMs }];
    } catch (error) {
      log.error('message cannot be read', { sqsMessageId: key, error: errorAttributes(error) });
      return [];
    }
  });
}
