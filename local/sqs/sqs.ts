// SQS on this machine, and the file to read first in local/sqs/: its queues by name, the time that they go by, and the journal from
// which a killed server has them again. What can be asked of it over HTTP is in operations.ts, a file for each operation; who asks in
// the place of Lambda is event-source.ts.
import { AwsError } from '#local/aws/aws-error.ts';
import { Journal } from './journal.ts';
import { type QueueSettings, requireQueueName } from './queue-settings.ts';
import { readJournal, writeJournal } from './read-journal.ts';
import { SqsQueue } from './sqs-queue.ts';
import type { Change, StoredMessage } from './stored-message.ts';

export interface SqsOptions {
  readonly queues?: readonly QueueSettings[];
  /** Where the queues are kept. Default: in memory only. */
  readonly journalFile?: string;
  /** The clock of all timeouts. Default: this machine's. */
  readonly now?: () => Date;
  readonly troubles?: SqsTroubles;
}

/** What AWS says may happen, and seldom does. Calls that are lost or refused as a whole are `trouble` of local/aws/. */
export interface SqsTroubles {
  /** Whether a standard queue gives the message out and leaves it there, without remembering that: another server will give it out. */
  readonly isDuplicated?: (message: StoredMessage) => boolean;
  /** Why an entry of a batch is not taken, beside others that are. */
  readonly refusal?: (body: string) => EntryRefusal | undefined;
}

interface EntryRefusal {
  readonly code: string;
  readonly senderFault: boolean;
}

export class Sqs {
  readonly troubles: SqsTroubles;
  readonly #queues = new Map<string, SqsQueue>();
  readonly #now: () => Date;
  readonly #journalFile: string | undefined;
  readonly #journal: Journal | undefined;
  readonly #watchers = new Set<() => void>();

  /**
   * Reads the journal and writes it anew. Queues that are no longer among the settings keep what they hold, for the day on which they
   * are again. Throws an Error with the file's name when the journal cannot be read.
   */
  constructor({ queues = [], journalFile, now, troubles = {} }: SqsOptions = {}) {
    this.#now = now ?? (() => new Date());
    this.troubles = troubles;
    for (const settings of queues) this.create(settings);
    this.#journalFile = journalFile;
    if (journalFile === undefined) return;
    for (const change of readJournal(journalFile)) this.#ensured(change.queue).apply(change);
    writeJournal(journalFile, this.#snapshot());
    this.#journal = new Journal(journalFile);
  }

  #ensured(name: string): SqsQueue {
    return this.#queues.get(name) ?? this.create({ name });
  }

  *#snapshot(): Iterable<Change> {
    for (const queue of this.#queues.values()) {
      queue.advance(this.now);
      yield* queue.snapshot();
    }
  }

  /** Settings are not in the journal: whoever starts a server knows them. */
  create(settings: QueueSettings): SqsQueue {
    const queue = new SqsQueue(settings);
    this.#queues.set(requireQueueName(settings.name), queue);
    return queue;
  }

  /** In milliseconds since 1970. */
  get now(): number {
    return this.#now().getTime();
  }

  has(name: string): boolean {
    return this.#queues.has(name);
  }

  /** As it is now. Throws AWS's QueueDoesNotExist. */
  queue(name: string): SqsQueue {
    const queue = this.#queues.get(name);
    if (!queue) throw new AwsError(400, 'QueueDoesNotExist', 'The specified queue does not exist.');
    queue.advance(this.now);
    return queue;
  }

  /** All of it or, when the disk does not take it, nothing. */
  commit(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.#journal?.append(changes);
    for (const change of changes) this.#queues.get(change.queue)?.apply(change);
    for (const watcher of this.#watchers) watcher();
  }

  /** Settles when what was committed before outlives this machine. */
  async durable(): Promise<void> {
    await this.#journal?.durable();
  }

  /** Called after every change. Time that passes is no change. Answers how to be called no more. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Nothing may be asked of it any more. What is over is no longer on the disk then. */
  async close(): Promise<void> {
    await this.#journal?.close();
    if (this.#journalFile !== undefined) writeJournal(this.#journalFile, this.#snapshot());
  }
}
