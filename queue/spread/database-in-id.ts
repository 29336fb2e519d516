// A message's id may say in which of several databases it is: the HTTP functions mint ids that do. It is a hint and no more, since
// the ids of messages that SQL has stored have any last byte, and a message may have been sent on since.

/** The same id with the number of a database, 0 to 255, as its last byte, which was a random one. */
export const inDatabase = (id: string, database: number): string =>
  id.slice(0, -2) + database.toString(16).padStart(2, '0');

/** The number that an id would have, were it one of those: 0 to 255. */
export const databaseIn = (id: string): number => Number.parseInt(id.slice(-2), 16);
