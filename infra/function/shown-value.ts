/** A value that was refused, for the error message: all but connection strings, which have a password. */
export function shownValue(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.includes('://') && json.includes('@') ? 'a text like a connection string' : json;
}
