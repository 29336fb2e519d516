import { UnknownQueue } from '#queue/errors.ts';
import { sqlState } from '#queue/routines/transient-error.ts';

/** The call's result. Throws an UnknownQueue when the database knows no queue of this name. */
export async function orUnknownQueue<Result>(name: string, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (sqlState(error) === 'MR006') throw new UnknownQueue(name, { cause: error });
    throw error;
  }
}
