// Places of helpers, the invocations of the consumer that are handed a part of a backlog: taken by whoever hands over, held
// by the one run that starts with it, and given back at its end.
import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';

interface Budget {
  /** How long the call is repeated while the database is away. */
  readonly budgetMs: number;
}

/** A run of a helper: the token of its place, and a uuid of its own. */
export interface HelperRun {
  readonly token: string;
  readonly run: string;
}

/** Takes places for as many of the tokens as `most` leaves beside the helpers that are alive, and answers those. */
export async function takeHelpers(
  database: Database,
  { tokens, most }: { readonly tokens: readonly string[]; readonly most: number },
  { budgetMs }: Budget,
): Promise<string[]> {
  const text = 'select to_json(millrace.take_helpers($1, $2)) as taken';
  return (await ask<{ taken: string[] }>(database, text, [tokens, most], budgetMs)).taken;
}

/** Answers whether the run may work: its place is still there, and no other run has it. It lasts from now on. */
export async function startHelper(
  database: Database,
  { token, run }: HelperRun,
  { lastingMs, budgetMs }: Budget & { readonly lastingMs: number },
): Promise<boolean> {
  const text = 'select millrace.start_helper($1, $2, $3) as may';
  const parameters = [token, run, lastingMs / 1000];
  return (await ask<{ may: boolean }>(database, text, parameters, budgetMs)).may;
}

/** Gives the place back. */
export async function endHelper(
  database: Database,
  { token, run }: HelperRun,
  { budgetMs }: Budget,
): Promise<void> {
  await ask(database, 'select millrace.end_helper($1, $2)', [token, run], budgetMs);
}
