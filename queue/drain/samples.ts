// How long something took, each time, in a list that stays short however often it was.

/** Even, so that the next value is always one to be kept when every second one has been dropped. */
const most = 98;

/** Keeps at most 98 of its values, evenly spread over all of them, and the largest. */
export class Samples {
  #kept: number[] = [];
  #largest = Number.NEGATIVE_INFINITY;
  #seen = 0;
  /** Only each value of so many is kept. */
  #step = 1;

  add(value: number): void {
    if (value > this.#largest) this.#largest = value;
    if (this.#seen % this.#step === 0) this.#keep(value);
    this.#seen += 1;
  }

  /** At most 99 values. */
  get values(): number[] {
    const isKept = this.#seen === 0 || this.#kept.includes(this.#largest);
    return isKept ? [...this.#kept] : [...this.#kept, this.#largest];
  }

  #keep(value: number): void {
    if (this.#kept.length === most) {
      this.#kept = this.#kept.filter((_, n) => n % 2 === 0);
      this.#step *= 2;
    }
    this.#kept.push(value);
  }
}
