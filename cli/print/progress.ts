// A bar for long work, on stderr and only where that is a terminal: in a file it would be a hundred lines.
const barWidth = 24;

export class Progress {
  readonly #verb: string;
  readonly #total: number;
  readonly #startedAt = performance.now();
  readonly #stream = process.stderr;

  /** verb: what was done with so many, such as "redriven". total: how many there are, as far as is known. */
  constructor(verb: string, total: number) {
    this.#verb = verb;
    this.#total = total;
  }

  show(count: number): void {
    if (!this.#stream.isTTY) return;
    const share = this.#total > 0 ? Math.min(1, count / this.#total) : 1;
    const filled = Math.round(share * barWidth);
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
    const perSecond = Math.round((count * 1000) / Math.max(1, performance.now() - this.#startedAt));
    this.#stream.write(
      `\r\x1b[K${bar} ${count} of ${this.#total} ${this.#verb}, ${perSecond} a second`,
    );
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
  }
}
