import { errorCode } from '#queue/routines/failure-kind.ts';
import { UnknownApiKey, UnknownQueue, UnknownSchedule } from '#queue/unknown-names.ts';

// What the routines raise for a name that the database does not have, by SQLSTATE.
const unknownNames = new Map<
  string | undefined,
  new (
    name: string,
    options: ErrorOptions,
  ) => Error
>([
  ['MR006', UnknownQueue],
  ['MR009', UnknownSchedule],
  ['MR012', UnknownApiKey],
]);

/** The call's result. Throws an UnknownQueue, UnknownSchedule or UnknownApiKey when there is none of this name. */
export async function orUnknownName<Result>(name: string, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    const UnknownName = unknownNames.get(errorCode(error));
    if (UnknownName) throw new UnknownName(name, { cause: error });
    throw error;
  }
}
