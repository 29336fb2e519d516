// What is in the queues, on disk: a line of JSON for all that changes at once. A line that has been written outlives the process;
// one that is synchronised outlives the machine, too.
import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Change } from './stored-message.ts';

const synchronise = promisify(fdatasync);

export class Journal {
  readonly #file: number;
  #bytes: number;
  #waiting: Promise<void> | undefined;
  #running: Promise<void> = Promise.resolve();

  /** The file holds whole lines only, as writeJournal leaves it. */
  constructor(file: string) {
    this.#file = openSync(file, 'a');
    this.#bytes = fstatSync(this.#file).size;
  }

  /** Throws when the disk does not take all of it, and then it has taken nothing. */
  append(changes: readonly Change[]): void {
    const line = Buffer.from(`${JSON.stringify(changes)}\n`);
    try {
      for (let written = 0; written < line.length; )
        written += writeSync(this.#file, line, written);
    } catch (error) {
      // Half a line would spoil the next one.
      ftruncateSync(this.#file, this.#bytes);
      throw error;
    }
    this.#bytes += line.length;
  }

  /** Settles when all that was appended before is safe. Those who wait at the same time share one synchronisation. */
  async durable(): Promise<void> {
    this.#waiting ??= this.#synchroniseNext();
    await this.#waiting;
  }

  async #synchroniseNext(): Promise<void> {
    // The one that runs may have begun before the caller's line was written.
    await this.#running.catch(() => {});
    this.#waiting = undefined;
    this.#running = synchronise(this.#file);
    await this.#running;
  }

  async close(): Promise<void> {
    await this.durable();
    closeSync(this.#file);
  }
}
