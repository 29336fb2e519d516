// What JavaScript makes of Postgres's texts, the same over HTTP and in sessions: numbers, dates, arrays and so on as all drivers
// that are made of pg give them.
import { builtins, getTypeParser } from 'pg-types';
import { parseJson } from './parse-json.ts';

/** Payloads have the names that their senders gave them. */
const safeJson = (text: string): unknown => parseJson(text);

/** What reads a value of the type with that oid. */
export const typeParser = (type: number): ((text: string) => unknown) =>
  type === builtins.JSON || type === builtins.JSONB ? safeJson : getTypeParser(type, 'text');
