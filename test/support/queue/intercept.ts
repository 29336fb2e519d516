// The real database with something happening around its calls: they are counted, held, or their answers lost.
import { NeonDbError } from '@neondatabase/serverless';
import type { Database } from '#queue/database.ts';

export interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

export function intercept(
  database: Database,
  around: <Row>(statement: Statement, run: () => Promise<Row[]>) => Promise<Row[]>,
): Database {
  return {
    query: <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
      around({ text, parameters }, () => database.query<Row>(text, parameters)),
  };
}

/** The same with nothing between it and the drain: all of a call's time is the database's own. */
export const nearby = (database: Database): Database =>
  intercept(database, async (_, run) => {
    const startedAt = performance.now();
    const rows = await run();
    return rows.map((row) => ({ ...row, database_ms: performance.now() - startedAt }));
  });

interface ExchangeStatement {
  readonly queue: string;
  /** Whose results it carries. */
  readonly ids: readonly string[];
  readonly wanted: number;
}

/** What a call of settle_and_claim is about; undefined for any other statement. */
export function exchangeOf({ text, parameters }: Statement): ExchangeStatement | undefined {
  if (!text.includes('settle_and_claim')) return undefined;
  const [queue, others, done, , wanted] = parameters;
  const each: { id: string }[] = JSON.parse(String(others));
  const groups: { ids: string }[] = JSON.parse(String(done));
  const succeeded = groups.flatMap((group) => group.ids.slice(1, -1).split(','));
  const ids = [...succeeded, ...each.map(({ id }) => id)];
  return { queue: String(queue), ids, wanted: Number(wanted) };
}

export interface CountedDatabase extends Database {
  readonly statements: readonly Statement[];
}

export function countStatements(database: Database): CountedDatabase {
  const statements: Statement[] = [];
  const counted = intercept(database, (statement, run) => {
    statements.push(statement);
    return run();
  });
  return { ...counted, statements };
}

/** What the driver throws when the socket is lost before the answer has come. */
export function connectionLost(): Error {
  const sourceError = new TypeError('fetch failed');
  const lost = new NeonDbError(`Error connecting to database: ${sourceError}`);
  return Object.assign(lost, { sourceError });
}

/** Every call of that routine commits, and its first answers are lost. */
export function loseAnswers(database: Database, routine: string, count = 1): Database {
  let left = count;
  return intercept(database, async ({ text }, run) => {
    const rows = await run();
    if (!text.includes(`millrace.${routine}(`) || left === 0) return rows;
    left -= 1;
    throw connectionLost();
  });
}

/** Loses the first answer, or the first request, of each call that is made. */
export function loseEveryFirst(database: Database, what: 'answer' | 'request'): Database {
  const seen = new Set<string>();
  return intercept(database, async ({ text, parameters }, run) => {
    // A repeated claim says so; in everything else it is the same call.
    const call = JSON.stringify([text, parameters.filter((value) => typeof value !== 'boolean')]);
    if (seen.has(call)) return run();
    seen.add(call);
    if (what === 'answer') await run();
    throw connectionLost();
  });
}
