// How much a message may have of each thing. SQL has the same limits in store_messages (fast) and in option_fault and
// message_fault (which say what is wrong); a test goes through every limit at both doors, so that no copy can drift.

/**
 * Of a payload as JSON the way Postgres writes it: with a space after each colon and comma, and numbers without an
 * exponent. That is what a consumer gets, and never less than what a producer sends as compact JSON.
 * Larger payloads belong in a file store, with their address in the message. A claim answers with the payloads of a whole
 * batch at once, so large ones fill the memory of a consumer, and the answer's own limit, sooner than a batch is full.
 */
export const mostPayloadBytes = 256 * 1024;

/** Levels of arrays and objects within each other: what walks through deeper ones overflows its stack. */
export const mostPayloadDepth = 100;

/** Of all headers of a message together, as JSON the way Postgres writes it. */
export const mostHeaderBytes = 8_192;

/** The column is a smallint. */
export const mostVersion = 32_767;

/** A year. Longer ones are mistaken units, such as milliseconds, more often than meant. */
export const mostDelaySeconds = 31_536_000;

/** The levels of priority; 1 is handled first. */
export const firstPriority = 1;
export const lastPriority = 9;

/** Of a group key and of an idempotency key, counted as Postgres counts: by code points. Both stand in indexes. */
export const mostKeyCharacters = 200;

/** 30 days. Each key is a row of its own for as long as it stands for its message. */
export const mostIdempotencySeconds = 2_592_000;

/** The number of code points, which is what Postgres calls the length of a text: an emoji is one, not two. */
export const charactersIn = (text: string): number => [...text].length;

export function isKey(text: string): boolean {
  const characters = charactersIn(text);
  return characters >= 1 && characters <= mostKeyCharacters;
}
