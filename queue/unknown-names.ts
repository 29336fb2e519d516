// The errors of calls that name what is not there, one class for each kind of thing, or what this code cannot do.
import { NamedError } from './named-error.ts';

/** A queue that the database does not have. */
export class UnknownQueue extends NamedError {
  static override readonly name = 'UnknownQueue';
  constructor(queue: string, options?: ErrorOptions) {
    super(`no queue is named "${queue}"`, options);
  }
}

/** A fairness key that a queue does not take: one that is not fair takes none. */
export class UnfitFairnessKey extends NamedError {
  static override readonly name = 'UnfitFairnessKey';
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A schedule that the code does not declare. */
export class UnknownSchedule extends NamedError {
  static override readonly name = 'UnknownSchedule';
  constructor(schedule: string, options?: ErrorOptions) {
    super(`no schedule is named "${schedule}"`, options);
  }
}

/** A schedule that is there, and that this code cannot run. */
export class ScheduleNotRun extends NamedError {
  static override readonly name = 'ScheduleNotRun';
  constructor(schedule: string, reason: string, options?: ErrorOptions) {
    super(`the schedule "${schedule}" was not run: ${reason}`, options);
  }
}

/** An API key that the database does not have. */
export class UnknownApiKey extends NamedError {
  static override readonly name = 'UnknownApiKey';
  constructor(key: string, options?: ErrorOptions) {
    super(`no API key is named "${key}"`, options);
  }
}
