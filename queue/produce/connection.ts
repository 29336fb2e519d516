// The statement that stores messages on a connection of the application's own, whatever library that is of. All of them
// have a template tag, or a function that takes a text and its parameters, so no library is known here by its name.

import type { NewMessage } from '#queue/routines/enqueue.ts';
import { type PlainMessages, plainMessages } from '#queue/routines/plain-messages.ts';

/** The rows of a statement as the libraries answer them: a list, or an object that has it as `rows`. */
export type StatementAnswer = readonly unknown[] | { readonly rows: readonly unknown[] };

/** A template tag that runs its statement, such as `sql` of postgres.js or Neon. */
export type StatementTag = (
  strings: TemplateStringsArray,
  ...values: string[]
) => PromiseLike<StatementAnswer>;

/** Whatever runs a text with parameters ($1, $2, ...), such as a client or a pool of pg or Neon. */
export interface StatementRunner {
  /** Runs the statement and answers its rows, or an object with `rows`. */
  query(text: string, values: string[]): PromiseLike<StatementAnswer>;
}

/** A connection or an open transaction of the application's own. */
export type Connection = StatementTag | StatementRunner;

/**
 * Asks the database to store the messages, and gives its answer as one JSON text. Parameters are texts and so is the answer,
 * since some libraries write and read JSON and lists in their own ways. The answer is the only value of the only row, since
 * some give rows as lists, or columns other names.
 */
export async function runEnqueue(
  connection: Connection,
  messages: readonly NewMessage[],
): Promise<string> {
  const plain = plainMessages(messages);
  return answered(
    plain ? askPlain(connection, plain) : askMany(connection, JSON.stringify(messages)),
  );
}

/** The only value of the only row. Rejects with a TypeError when that is no text. */
export async function answered(asked: PromiseLike<StatementAnswer>): Promise<string> {
  const answer = await asked;
  const [row] = 'rows' in answer ? answer.rows : answer;
  const [enqueued] = Object.values(row ?? {});
  if (typeof enqueued !== 'string')
    throw new TypeError(
      'The connection did not answer an enqueue with its row: what is given to enqueue runs the statement and answers its rows, or an object with rows',
    );
  return enqueued;
}

const askMany = (connection: Connection, messages: string): PromiseLike<StatementAnswer> =>
  typeof connection === 'function'
    ? connection`select millrace.enqueue_many(${messages}::text::jsonb)::text as enqueued`
    : connection.query('select millrace.enqueue_many($1::text::jsonb)::text as enqueued', [
        messages,
      ]);

function askPlain(
  connection: Connection,
  { type, ids, kib, payloads }: PlainMessages,
): PromiseLike<StatementAnswer> {
  const size = String(kib);
  return typeof connection === 'function'
    ? connection`select millrace.enqueue_plain(${type}::text, ${ids}::text::uuid[], ${size}::text::smallint, ${payloads}::text::json)::text as enqueued`
    : connection.query(
        'select millrace.enqueue_plain($1::text, $2::text::uuid[], $3::text::smallint, $4::text::json)::text as enqueued',
        [type, ids, size, payloads],
      );
}
