// The errors of the engine, one class for each case. The sentence is in the class, so that callers pass facts and the
// same case reads the same everywhere: in an attempt, a dead letter, a log line. The name stands in the class as a literal,
// since bundles are minified and Lambda's runtime logs the name of the class.
import { NamedError } from './named-error.ts';

const nameOf = (thrown: unknown) => (thrown instanceof Error ? thrown.name : typeof thrown);
const sentenceOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown));

/** A handler that ran longer than its queue allows. */
export class HandlerTimeout extends NamedError {
  static override readonly name = 'HandlerTimeout';
  constructor(seconds: number) {
    super(`the handler did not finish within ${seconds} s`);
  }
}

/** A handler that was still running when its invocation had to end. */
export class InvocationEnded extends NamedError {
  static override readonly name = 'InvocationEnded';
  constructor() {
    super('the handler was still running when its invocation had to end');
  }
}

/** A handler whose delivery was claimed by someone else, because its lease could not be extended in time. */
export class LeaseLost extends NamedError {
  static override readonly name = 'LeaseLost';
  constructor() {
    super('the lease was lost: the delivery may be handled by another consumer by now');
  }
}

/** A database call that was not answered in time and given up. Whether it was carried out is not known. */
export class NoAnswer extends NamedError {
  static override readonly name = 'NoAnswer';
  constructor() {
    super('the database did not answer in the time that was left');
  }
}

/** No session was to be had for transactional handlers. */
export class SessionUnavailable extends NamedError {
  static override readonly name = 'SessionUnavailable';
  constructor(cause: unknown) {
    // Whoever opens sessions may name the database's URL in what it throws, and this sentence is logged.
    super(`no session was to be had: ${sentenceOf(cause).replaceAll(/\/\/\S*@/g, '//')}`, {
      cause,
    });
  }
}

/** A transactional handler that has ended its transaction, which is for the engine to do. */
export class TransactionEnded extends NamedError {
  static override readonly name = 'TransactionEnded';
  constructor(options?: ErrorOptions) {
    super(
      'the handler ended its transaction itself, by commit, rollback, prepare transaction or reset all: what it committed ' +
        'stays although this attempt has failed, and everything else is rolled back',
      options,
    );
  }
}

/** A transactional handler that went on although one of its statements had failed. The cause is that failure. */
export class TransactionAborted extends NamedError {
  static override readonly name = 'TransactionAborted';
  constructor(options?: ErrorOptions) {
    super(
      'a statement of the handler failed, and with it the whole transaction: Postgres takes nothing more in it, and nothing ' +
        'of it is kept; let the error out of the handler, or set a savepoint before what may fail and roll back to it',
      options,
    );
  }
}

/** A delivery whose type the queue has no handler for, or whose message is gone (the type is null then). */
export class UnknownType extends NamedError {
  static override readonly name = 'UnknownType';
  constructor(queue: string, type: string | null) {
    super(
      type === null
        ? 'the message is gone'
        : `queue "${queue}" has no handler for message type "${type}"`,
    );
  }
}

/** A message whose size no answer of the database to a claim could carry, even without others beside it. */
export class MessageTooLarge extends NamedError {
  static override readonly name = 'MessageTooLarge';
  constructor(cause: unknown) {
    super(`the message is too large to be handed to a consumer, even alone: ${sentenceOf(cause)}`);
  }
}

/** A member of a group that would have to wait for longer than SQS keeps it. The cause is why it was to wait, if it has failed. */
export class WaitTooLong extends NamedError {
  static override readonly name = 'WaitTooLong';
  constructor() {
    super(
      'SQS forgets a message 14 days after it was sent, and this one would have to wait until after the twelfth; in a FIFO ' +
        'queue it cannot be sent again without losing its place in its group',
    );
  }
}

/** A payload that does not fit its type's schema. Says where and why for the first ten places, without the values. */
export class PayloadMismatch extends NamedError {
  static override readonly name = 'PayloadMismatch';
  constructor(type: string, faults: readonly { pointer: string; message: string }[]) {
    const places = faults
      .slice(0, 10)
      .map(({ pointer, message }) => `${pointer || '/'}: ${message}`);
    super(`the payload does not fit the schema of "${type}": ${places.join('; ')}`);
  }
}

/** A payload of a version that this code does not know: a newer one than its own, or no version at all. */
export class VersionUnknown extends NamedError {
  static override readonly name = 'VersionUnknown';
  constructor(type: { name: string; version: number }, version: number) {
    super(
      `the payload of "${type.name}" is of version ${version}; this code knows 1 to ${type.version}`,
    );
  }
}

/**
 * An upcaster that threw. Says which, with the name of what it threw and its stack, and leaves out the sentence,
 * which may repeat the payload.
 */
export class UpcastFailed extends NamedError {
  static override readonly name = 'UpcastFailed';
  constructor(type: string, from: number, thrown: unknown) {
    super(`the upcaster of "${type}" from version ${from} to ${from + 1} threw: ${nameOf(thrown)}`);
    this.stack = `${this.name}: ${this.message}\n${framesOf(thrown)}`;
  }
}

// A stack begins with the error's name and sentence, and only the frames behind it are safe to keep.
function framesOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  const { stack = '', message } = thrown;
  const sentence = message === '' ? '\n' : `: ${message}\n`;
  const at = stack.indexOf(sentence);
  return at < 0 ? '' : stack.slice(at + sentence.length);
}

/**
 * An attempt whose failure could not be recorded as it was. Only the name of what was thrown is kept, since nothing has
 * taken redacted values out of its sentence.
 */
export class RecordingFailed extends NamedError {
  static override readonly name = 'RecordingFailed';
  constructor(thrown: unknown) {
    super(`how the attempt ended could not be recorded: ${nameOf(thrown)}`);
  }
}
