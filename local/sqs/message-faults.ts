// What SQS does not take. Each rule is in the API reference of SendMessage or in the quotas of messages.
import { AwsError } from '#local/aws/aws-error.ts';

/** Of a message, and of all messages of a batch together. */
export const mostBytes = 1024 * 1024;

// The set of XML 1.0. A surrogate that stands alone cannot come out of JSON as UTF-8 either.
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

// Letters, digits and punctuation of ASCII: all that is printable but the space.
const fifoId = /^[!-~]{1,128}$/;

export interface SentEntry {
  readonly body: string;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly delaySeconds?: number | undefined;
}

/** Throws an AwsError when the entry can never be taken. */
export function requireSound(entry: SentEntry, isFifo: boolean): void {
  const { body, groupId, deduplicationId, delaySeconds = 0 } = entry;
  if (Buffer.byteLength(body) > mostBytes)
    throw invalid(
      `One or more parameters are invalid. Reason: Message must be shorter than ${mostBytes} bytes.`,
    );
  if (forbidden.test(body))
    throw new AwsError(
      400,
      'InvalidMessageContents',
      'Invalid binary character was found in the message body, the set of allowed characters is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]',
    );
  if (delaySeconds < 0 || delaySeconds > 900)
    throw invalid(
      `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  if (isFifo) requireSoundInFifo(entry);
  else if (deduplicationId !== undefined)
    throw invalid('The request includes a parameter that is not valid for this queue type');
  for (const id of [groupId, deduplicationId])
    if (id !== undefined && !fifoId.test(id))
      throw invalid(
        `Value for parameter MessageGroupId or MessageDeduplicationId is invalid. Reason: it can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
}

function requireSoundInFifo({ groupId, deduplicationId, delaySeconds }: SentEntry): void {
  if (groupId === undefined)
    throw new AwsError(
      400,
      'MissingParameter',
      'The request must contain the parameter MessageGroupId.',
    );
  if (deduplicationId === undefined)
    throw invalid(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  if (delaySeconds !== undefined)
    throw invalid(
      `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
}

const invalid = (message: string) => new AwsError(400, 'InvalidParameterValue', message);
