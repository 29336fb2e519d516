// What a batch handler has answered, checked before anything comes of it: a message that counts as done by mistake is lost.

import type { BatchOutcome } from '#queue/declare/batch-handler.ts';
import { kindOf } from '#queue/declare/kind-of.ts';
import { HandlerResult, isDelay } from '#queue/declare/ways-out.ts';
import { isObject } from '#queue/is-object.ts';
import { WrongAnswer, WrongOutcome } from './batch-errors.ts';

/**
 * The elements of the answer, each unchecked; undefined when it is nothing, which means that all are done. Throws WrongAnswer
 * unless it is a list with an element for each of so many messages.
 */
export function elementsOf(answer: unknown, count: number): readonly unknown[] | undefined {
  if (answer === undefined) return undefined;
  if (!Array.isArray(answer)) throw new WrongAnswer(count, kindOf(answer));
  if (answer.length !== count) throw new WrongAnswer(count, `a list of ${answer.length}`);
  for (let index = 0; index < count; index += 1)
    if (!(index in answer)) throw new WrongAnswer(count, `a list without element ${index}`);
  return answer;
}

/**
 * The answer, as soon as no promise in it is pending. A promise is no outcome, but what it stands for is under way, and the
 * handler has not ended before. And should it reject unheard, that would end the process.
 */
export async function settledElements(answer: unknown): Promise<unknown> {
  if (Array.isArray(answer)) await Promise.allSettled(promisesIn(answer));
  return answer;
}

function promisesIn(elements: readonly unknown[]): Promise<unknown>[] {
  const promises: Promise<unknown>[] = [];
  for (let index = 0; index < elements.length; index += 1)
    try {
      const element = elements[index];
      // Nothing else is awaited: what only looks like a promise might do its work then.
      if (element instanceof Promise) promises.push(element);
    } catch {
      // What cannot be read has an error of its own later on.
    }
  return promises;
}

/** The outcome at that index, which is the message's. Throws WrongOutcome when it is none. */
export function outcomeAt(
  elements: readonly unknown[],
  index: number,
  messageId: string,
): BatchOutcome {
  let read: BatchOutcome | Fault;
  try {
    read = readOutcome(elements[index]);
  } catch (cause) {
    throw new WrongOutcome({ index, messageId, got: 'what cannot be read' }, { cause });
  }
  if (read instanceof Fault) throw new WrongOutcome({ index, messageId, got: read.got });
  return read;
}

/** What was given instead of an outcome, in words. */
class Fault {
  readonly got: string;

  constructor(got: string) {
    this.got = got;
  }
}

/** The outcomes besides 'done', by the member that tells them apart; undefined for a value that it cannot have. */
const outcomes = {
  retry: (retry) => (retry === undefined || retry === null ? undefined : { retry }),
  reject: (text) => (typeof text === 'string' ? { reject: text } : undefined),
  snoozeSeconds: (seconds) => (isDelay(seconds) ? { snoozeSeconds: seconds } : undefined),
} as const satisfies Record<string, (value: unknown) => BatchOutcome | undefined>;

const members = Object.keys(outcomes) as (keyof typeof outcomes)[];

type Given = { readonly [Member in keyof typeof outcomes | 'afterSeconds']?: unknown };

function readOutcome(given: unknown): BatchOutcome | Fault {
  if (given === 'done' || given instanceof HandlerResult) return given;
  if (!isObject(given)) return new Fault(kindOf(given));
  if (given instanceof Promise) return new Fault('a promise, which the handler is to await');
  const [member, another] = members.filter((each) => each in given);
  if (member === undefined) return new Fault(`${kindOf(given)} with none of these`);
  if (another !== undefined) return new Fault(`${member} and ${another} in one`);
  return readMember(given, member);
}

/** Each property is read once: a getter may answer something else the next time. */
function readMember(given: Given, member: keyof typeof outcomes): BatchOutcome | Fault {
  const value = given[member];
  const outcome = outcomes[member](value);
  if (!outcome) return new Fault(`${member} with ${kindOf(value)}`);
  if (!('afterSeconds' in given)) return outcome;
  const { afterSeconds } = given;
  if (!('retry' in outcome)) return new Fault(`afterSeconds beside ${member}`);
  if (afterSeconds === undefined) return outcome;
  return isDelay(afterSeconds)
    ? { ...outcome, afterSeconds }
    : new Fault(`afterSeconds with ${kindOf(afterSeconds)}`);
}
