// What a batch handler has answered, checked before anything comes of it: a message that counts as done by mistake is lost.
import type { BatchOutcome } from '#queue/declare/batch-handler.ts';
import { kindOf } from '#queue/declare/kind-of.ts';
import { isDelay } from '#queue/declare/ways-out.ts';
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

const members = ['retry', 'reject', 'snoozeSeconds'] as const;

function readOutcome(given: unknown): BatchOutcome | Fault {
  if (given === 'done') return given;
  if (typeof given !== 'object' || given === null) return new Fault(kindOf(given));
  if (given instanceof Promise) return new Fault('a promise, which the handler is to await');
  const [member, another] = members.filter((each) => each in given);
  if (member === undefined) return new Fault(`${kindOf(given)} with none of these`);
  if (another !== undefined) return new Fault(`${member} and ${another} in one`);
  if (member !== 'retry' && 'afterSeconds' in given)
    return new Fault(`afterSeconds beside ${member}`);
  return readMember(given, member);
}

/** Each property is read once: a getter may answer something else the next time. */
function readMember(
  given: { readonly [Member in (typeof members)[number] | 'afterSeconds']?: unknown },
  member: (typeof members)[number],
): BatchOutcome | Fault {
  const value = given[member];
  switch (member) {
    case 'reject':
      return typeof value === 'string'
        ? { reject: value }
        : new Fault(`reject with ${kindOf(value)}`);
    case 'snoozeSeconds':
      return isDelay(value)
        ? { snoozeSeconds: value }
        : new Fault(`snoozeSeconds with ${kindOf(value)}`);
    default:
      return readRetry(value, given.afterSeconds);
  }
}

function readRetry(retry: unknown, afterSeconds: unknown): BatchOutcome | Fault {
  if (retry === undefined || retry === null) return new Fault(`retry with ${kindOf(retry)}`);
  if (afterSeconds === undefined) return { retry };
  return isDelay(afterSeconds)
    ? { retry, afterSeconds }
    : new Fault(`afterSeconds with ${kindOf(afterSeconds)}`);
}
