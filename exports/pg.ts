// "millrace/pg": what "millrace" opens Neon's databases with, for any other Postgres, over TCP.
export type { Database, Session } from '#queue/database.ts';
export { openDatabase, openSession, type PooledDatabase } from '#queue/pg/database.ts';
