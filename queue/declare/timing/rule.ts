/** When a schedule is due: a function of time alone, so that every consumer finds the same instants. */
export interface Rule {
  /** For people, and to tell a changed rule: the cron expression, or "every 3600 s". */
  readonly text: string;
  /** IANA name; null for an interval, which knows no time of day. */
  readonly timeZone: string | null;
  /** The first due time after the instant. */
  after(instant: Date): Date;
  /** The newest due times in a span, `count` at most, oldest first. Costs as much as it finds, however long the span. */
  newestIn(span: Span, count: number): Date[];
}

/** Both ends belong to it. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}
