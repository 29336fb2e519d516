// An error as it is kept with an attempt or a dead letter: readable, limited in size, fit for jsonb, and without the
// values that its message type redacts.
import { asItIs, type Redaction } from '#queue/declare/redaction.ts';
import { firstErrorsOf, isError, property } from './error-parts.ts';
import { storableText } from './storable-text.ts';
import { thrownText, unreadable } from './thrown-text.ts';

/** An error with its causes. What was thrown and is no Error has the name NonError. */
export interface ErrorRecord {
  /** Such as `TypeError`, at most 200 characters. */
  readonly name: string;
  /** At most 2,000 characters, without what the message type redacts. */
  readonly message: string;
  /** As systems and libraries give it, such as ECONNREFUSED. */
  readonly code?: string | number;
  /** At most 8,000 characters, without what the message type redacts. */
  readonly stack?: string;
  /** Down to the fourth. */
  readonly cause?: ErrorRecord;
  /** The first ten errors for which an AggregateError stands, or the two of a SuppressedError. */
  readonly errors?: readonly ErrorRecord[];
}

// In characters. A failing batch of 200 is settled in one call, so an error must stay small.
const longestName = 200;
const longestMessage = 2_000;
const longestStack = 8_000;
/** In place of every message of a type whose errors are kept by name. */
const notKept = '[not kept: the message type keeps names of errors only]';
/** For each of several errors, whose stacks are much alike. */
const longestStackOfSeveral = 1_000;
/** All texts of a record together, each error in it counted as so many besides. */
const longestRecord = 50_000;
const eachError = 100;
/** How far below the error its causes are kept, and the errors that it stands for. */
const deepest = 4;
const mostErrors = 10;

/**
 * Records whatever was thrown, with its causes down to the fourth and the first ten errors of an AggregateError. What an
 * error is caused by itself ends there. Never throws.
 */
export function errorRecord(thrown: unknown, redaction: Redaction = asItIs): ErrorRecord {
  try {
    return new Recording(redaction).record(thrown);
  } catch {
    // An error that cannot be recorded must not end the process, in which other messages are being handled.
    return { name: 'NonError', message: unreadable };
  }
}

/** One record while it is made. */
class Recording {
  readonly #redaction: Redaction;
  #charactersLeft = longestRecord;

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  /** within: the errors that this one is a cause or a part of. */
  record(thrown: unknown, within: readonly unknown[] = [], stackMost = longestStack): ErrorRecord {
    this.#charactersLeft -= eachError;
    if (!isError(thrown)) return { name: 'NonError', message: this.#message(thrownText(thrown)) };
    const path = [...within, thrown];
    const stack = property(thrown, 'stack');
    return {
      name: this.#text(property(thrown, 'name') ?? 'Error', longestName),
      message: this.#message(property(thrown, 'message') ?? unreadable),
      ...this.#code(property(thrown, 'code')),
      ...(stack !== undefined &&
        this.#redaction.keepsTexts && { stack: this.#text(stack, stackMost) }),
      ...this.#cause(property(thrown, 'cause'), path, stackMost),
      ...this.#errors(firstErrorsOf(thrown, mostErrors), path),
    };
  }

  #message(message: unknown): string {
    return this.#redaction.keepsTexts ? this.#text(message, longestMessage) : notKept;
  }

  #code(code: unknown): Pick<ErrorRecord, 'code'> {
    if (typeof code === 'string') return { code: this.#text(code, longestName) };
    if (typeof code !== 'number' || !Number.isFinite(code)) return {};
    // A number may be a redacted value, too.
    const text = this.#text(code, longestName);
    // JSON has no negative zero.
    return { code: text === String(code) ? code + 0 : text };
  }

  #cause(cause: unknown, path: readonly unknown[], stackMost: number): Pick<ErrorRecord, 'cause'> {
    if (cause === undefined || !this.#goesOn(cause, path)) return {};
    return { cause: this.record(cause, path, stackMost) };
  }

  #errors(parts: readonly unknown[], path: readonly unknown[]): Pick<ErrorRecord, 'errors'> {
    const errors: ErrorRecord[] = [];
    for (const part of parts)
      if (this.#goesOn(part, path)) errors.push(this.record(part, path, longestStackOfSeveral));
    return errors.length > 0 ? { errors } : {};
  }

  #goesOn(next: unknown, path: readonly unknown[]): boolean {
    return path.length <= deepest && !path.includes(next) && this.#charactersLeft > eachError;
  }

  #text(value: unknown, longest: number): string {
    const whole = (typeof value === 'string' ? value : thrownText(value)).toWellFormed();
    // Redacted before it is cut: the first half of a value that was cut in two would not be recognised and would remain.
    const most = Math.max(0, Math.min(longest, this.#charactersLeft));
    const text = storableText(this.#redaction.text(whole), most);
    this.#charactersLeft -= text.length;
    return text;
  }
}
