// A deployment over several databases has all their connection strings in one place: in an order that never changes, since the
// number of a database is its place in it.

/** More would cost more in questions that go to all of them than they bring. */
export const mostDatabases = 16;

/**
 * The connection strings in a text, separated by white space. Nothing of them is checked. White space that no connection string
 * follows separates nothing: a text that has one may have it in a password.
 */
export const databaseUrls = (text: string): string[] =>
  text.trim().split(/\s+(?=postgres(?:ql)?:\/\/)/);
