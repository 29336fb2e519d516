// The errors of calls that name what is not there, one class for each kind of thing.

/** A queue that the database does not have. */
export class UnknownQueue extends Error {
  static override readonly name = 'UnknownQueue';
  override readonly name = UnknownQueue.name;
  constructor(queue: string, options?: ErrorOptions) {
    super(`no queue is named "${queue}"`, options);
  }
}

/** A schedule that the code does not declare. */
export class UnknownSchedule extends Error {
  static override readonly name = 'UnknownSchedule';
  override readonly name = UnknownSchedule.name;
  constructor(schedule: string, options?: ErrorOptions) {
    super(`no schedule is named "${schedule}"`, options);
  }
}

/** An API key that the database does not have. */
export class UnknownApiKey extends Error {
  static override readonly name = 'UnknownApiKey';
  override readonly name = UnknownApiKey.name;
  constructor(key: string, options?: ErrorOptions) {
    super(`no API key is named "${key}"`, options);
  }
}
