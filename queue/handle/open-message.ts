// From a claimed delivery to the message that its handler gets.

import type { Message } from '#queue/declare/handler.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { type ValidatedPayload, validatePayload } from '#queue/declare/payload.ts';
import { VersionUnknown } from '#queue/errors.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { dead, failureOf, unknown } from './build-result.ts';
import type { HandlerRun } from './handler-run.ts';

/**
 * The message; or the result of a payload that fits no version of its type: a dead letter, since trying again would not
 * help, or unknown when its version is not one of this code's. A promise only if the type's schema checks asynchronously:
 * awaiting what is none would cost every message a turn of the event loop.
 */
export function openMessage(
  run: HandlerRun,
  delivery: ClaimedDelivery,
  type: AnyMessageType,
): Message | Result | Promise<Message | Result> {
  const checked = validatePayload(type, delivery.payload, delivery.version);
  if (!(checked instanceof Promise)) return toMessage(run, delivery, type, checked);
  return run.work(checked).then((result) => toMessage(run, delivery, type, result));
}

function toMessage(
  run: HandlerRun,
  delivery: ClaimedDelivery,
  type: AnyMessageType,
  checked: ValidatedPayload,
): Message | Result {
  if (!checked.ok) {
    const failure = failureOf(run, delivery, type);
    return checked.error instanceof VersionUnknown
      ? unknown(failure, checked.error)
      : dead(failure, checked.error);
  }
  return {
    id: delivery.id,
    type: type.name,
    payload: checked.value,
    headers: delivery.headers ?? {},
    createdAt: new Date(msOf(delivery.createdAt)),
    groupKey: delivery.groupKey,
  };
}

let lastRead = { text: '', ms: 0 };

/** Messages that were enqueued together follow each other, and reading a time costs as much as all else of opening one. */
function msOf(text: string): number {
  if (text !== lastRead.text) lastRead = { text, ms: Date.parse(text) };
  return lastRead.ms;
}
