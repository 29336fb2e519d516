// The errors of the relay, as the queue's own are in queue/errors.ts. Applications without a queue on SQS have none of them.

import { NamedError } from '#queue/named-error.ts';
import { errorRecord } from '#queue/routines/error-record.ts';

/** SQS, or what has to be asked before a delivery is sent, was not to be had: what was due stays in Postgres, and is due still. */
export class RelayUnavailable extends NamedError {
  static override readonly name = 'RelayUnavailable';
  constructor(cause: unknown) {
    super(`nothing can be sent to SQS: ${errorRecord(cause).message}`, { cause });
  }
}

/** A message that SQS will not take however often it is sent. Its code is SQS's. */
export class RefusedBySqs extends NamedError {
  static override readonly name = 'RefusedBySqs';
  readonly code: string;
  constructor(code: string) {
    super(`SQS refused the message: ${code}`);
    this.code = code;
  }
}
