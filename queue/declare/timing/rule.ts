/** When a schedule is due: a function of time alone, so that every consumer finds the same instants. */
export interface Rule {
  /** The cron expression, or "every 3600 s": shown to people, and compared to tell that a rule was changed. */
  readonly text: string;
  /** The zone's IANA name; null for an interval, which knows no time of day. */
  readonly timeZone: string | null;
  /** The first due time after the given instant. */
  after(instant: Date): Date;
  /**
   * The newest due times in a span, at most `count` of them, oldest first. Costs as much as what it finds, however
   * long the span is.
   */
  newestIn(span: Span, count: number): Date[];
}

/** A stretch of time; both ends belong to it. */
export interface Span {
  /** Its beginning. */
  readonly from: Date;
  /** Its end. */
  readonly to: Date;
}
