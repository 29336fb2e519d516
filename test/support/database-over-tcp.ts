// What vitest.pg.config.ts puts in the place of queue/database.ts: the same, with the other driver.
export * from '../../queue/database.ts';
export { openDatabase, openSession } from '../../queue/pg/database.ts';
