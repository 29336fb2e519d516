// An error as it is kept with an attempt or a dead letter: readable, limited in size, fit for jsonb, and without the
// values that its message type redacts.
import { asItIs, type Redact } from '#queue/declare/redaction.ts';

/** An error with its causes. What was thrown and is no Error has the name NonError. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorRecord;
}

// In characters. A failing batch of 200 is settled in one call, so an error must stay small.
const longestMessage = 2_000;
const longestStack = 8_000;
const deepestCause = 4;

/** Records whatever was thrown, down to the fourth cause. Never throws. */
export function errorRecord(thrown: unknown, redact: Redact = asItIs): ErrorRecord {
  try {
    return read(thrown, redact, 0);
  } catch {
    // A getter or a proxy may throw when it is read. An error that cannot be recorded must not end the process, in
    // which other messages are being handled.
    return { name: 'NonError', message: 'what was thrown cannot be read' };
  }
}

function read(thrown: unknown, redact: Redact, depth: number): ErrorRecord {
  // Redacted before it is cut: the first half of a value that was cut in two would not be recognised and would remain.
  const text = (value: unknown, longest: number) => storable(redact(String(value)), longest);
  if (!(thrown instanceof Error))
    return { name: 'NonError', message: text(describe(thrown), longestMessage) };
  return {
    name: text(thrown.name, 200),
    message: text(thrown.message, longestMessage),
    ...(thrown.stack !== undefined && { stack: text(thrown.stack, longestStack) }),
    ...(thrown.cause !== undefined &&
      depth < deepestCause && { cause: read(thrown.cause, redact, depth + 1) }),
  };
}

function describe(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

// Postgres refuses NUL characters and lone halves of surrogate pairs in jsonb, and with them the whole settle.
function storable(text: string, longest: number): string {
  return text.slice(0, longest).replaceAll('\u0000', '\ufffd').toWellFormed();
}
