import { errorRecord } from './error-record.ts';

/** What a line of the log says of an error: its name, and its sentence cut to 200 characters. Without its stack. */
export function loggedError(error: unknown): { readonly error: string; readonly reason: string } {
  const { name, message } = errorRecord(error);
  return { error: name, reason: message.slice(0, 200) };
}
