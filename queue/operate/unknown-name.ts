import { UnknownQueue, UnknownSchedule } from '#queue/errors.ts';
import { errorCode } from '#queue/routines/failure-kind.ts';

// What the routines raise for a name that the database does not have, by SQLSTATE.
const unknownNames: Readonly<Record<string, typeof UnknownQueue | typeof UnknownSchedule>> = {
  MR006: UnknownQueue,
  MR009: UnknownSchedule,
};

/** The call's result. Throws an UnknownQueue or an UnknownSchedule when the database has none of this name. */
export async function orUnknownName<Result>(name: string, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    const UnknownName = unknownNames[errorCode(error) ?? ''];
    if (UnknownName) throw new UnknownName(name, { cause: error });
    throw error;
  }
}
