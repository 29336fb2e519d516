// The one-time schedules of EventBridge Scheduler, without a server or a clock: time is what the caller says it is, so that
// a simulation may let weeks pass.

export interface OneTimeSchedule {
  readonly group: string;
  readonly name: string;
  readonly at: Date;
  readonly targetArn: string;
  /** The event of the invocation, as JSON. */
  readonly input: string;
}

export class OneTimeSchedules {
  readonly #groups: ReadonlySet<string>;
  readonly #schedules = new Map<string, OneTimeSchedule>();
  readonly #tokens = new Set<string>();

  /** groups: the schedule groups that exist; CloudFormation makes them. */
  constructor(groups: Iterable<string>) {
    this.#groups = new Set(groups);
  }

  /** A call that is repeated with its token is answered as before, even when the schedule has been fired by then. */
  create(
    schedule: OneTimeSchedule,
    { now, token }: { readonly now: Date; readonly token: string },
  ): 'created' | 'exists' | 'past' | 'no group' {
    const id = `${schedule.group}/${schedule.name}`;
    if (!this.#groups.has(schedule.group)) return 'no group';
    if (this.#tokens.has(`${id}/${token}`)) return 'created';
    if (this.#schedules.has(id)) return 'exists';
    if (schedule.at < now) return 'past';
    this.#schedules.set(id, schedule);
    this.#tokens.add(`${id}/${token}`);
    return 'created';
  }

  /** Those that are due before the time or at it, in their order. Each is deleted, and comes once. */
  dueBefore(time: Date): OneTimeSchedule[] {
    const due = this.armed.filter(({ at }) => at <= time);
    for (const { group, name } of due) this.#schedules.delete(`${group}/${name}`);
    return due;
  }

  /** Those to come, in their order. */
  get armed(): OneTimeSchedule[] {
    return [...this.#schedules.values()].sort((a, b) => a.at.getTime() - b.at.getTime());
  }
}
