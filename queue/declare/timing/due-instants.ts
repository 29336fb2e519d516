/** The instants at which a rule is due, in milliseconds since 1970: the next after an instant, the last before it. */
export interface DueInstants {
  after(instant: number): number;
  before(instant: number): number;
}
