// One queue in memory, without a clock or a disk: its time is what the caller says it is, and all that changes it is a Change.
import { MessageOrder } from './message-order.ts';
import { isFifo, type QueueSettings } from './queue-settings.ts';
import type { Change, Deduplicated, StoredMessage } from './stored-message.ts';

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

const defaultRetentionSeconds = 4 * 24 * 60 * 60;

export class SqsQueue {
  readonly settings: QueueSettings;
  readonly isFifo: boolean;
  readonly #messages = new Map<string, StoredMessage>();
  readonly #deduplicated = new Map<string, Deduplicated>();
  #order: MessageOrder;
  #lastSequence = 0;

  constructor(settings: QueueSettings) {
    this.settings = settings;
    this.isFifo = isFifo(settings);
    this.#order = this.#emptyOrder();
  }

  #emptyOrder(): MessageOrder {
    return new MessageOrder(this.isFifo ? ({ groupId = '' }) => groupId : ({ id }) => id);
  }

  apply(change: Change): void {
    if ('sent' in change) this.#add(change.sent);
    else if ('deduplicated' in change)
      this.#deduplicated.set(change.deduplicationId, change.deduplicated);
    else if ('received' in change) this.#receive(change);
    else if ('hidden' in change) this.#hide(change.hidden, change.until);
    else if ('deleted' in change) for (const id of change.deleted) this.#remove(id);
    else this.#purge();
  }

  #add(sent: StoredMessage): void {
    const message = { ...sent };
    this.#messages.set(message.id, message);
    this.#order.add(message);
    this.#lastSequence = Math.max(this.#lastSequence, Number(sent.sequenceNumber ?? 0));
  }

  #receive({ received, at, until }: Extract<Change, { received: unknown }>): void {
    for (const id of received) {
      const message = this.#messages.get(id);
      if (!message) continue;
      message.receiveCount += 1;
      message.firstReceivedAt ??= at;
      message.receivedAt = at;
      this.#hide(id, until);
    }
  }

  #hide(id: string, until: number): void {
    const message = this.#messages.get(id);
    if (!message) return;
    message.visibleAt = until;
    this.#order.hide(message);
  }

  #remove(id: string): void {
    const message = this.#messages.get(id);
    if (!message) return;
    this.#messages.delete(id);
    this.#order.remove(message);
  }

  #purge(): void {
    this.#messages.clear();
    this.#order = this.#emptyOrder();
  }

  /** What has happened by itself until then: visibility has ended, and what is too old is gone. */
  advance(now: number): void {
    const { retentionSeconds = defaultRetentionSeconds } = this.settings;
    for (const { id, sentAt } of this.#messages.values())
      if (sentAt + retentionSeconds * 1000 <= now) this.#remove(id);
      else break;
    for (const [id, { until }] of this.#deduplicated)
      if (until <= now) this.#deduplicated.delete(id);
      else break;
    this.#order.advance(now);
  }

  /** Of those that may be received now, the first. */
  receivable(most: number): StoredMessage[] {
    return this.#order.first(most);
  }

  message(id: string): StoredMessage | undefined {
    return this.#messages.get(id);
  }

  isInFlight(message: StoredMessage): boolean {
    return this.#order.isInFlight(message);
  }

  /** What the queue has taken under this id in the last five minutes. */
  deduplicated(deduplicationId: string): Deduplicated | undefined {
    return this.#deduplicated.get(deduplicationId);
  }

  /** Greater than all before, also when those are forgotten. */
  nextSequence(now: number): string {
    return String(Math.max(this.#lastSequence + 1, now * 1000)).padStart(20, '0');
  }

  get counts(): QueueCounts {
    const { inFlight, delayed } = this.#order;
    return { visible: this.#messages.size - inFlight - delayed, inFlight, delayed };
  }

  /** In the order in which they came. */
  get messages(): Iterable<StoredMessage> {
    return this.#messages.values();
  }

  /** Changes that make this queue out of an empty one. */
  *snapshot(): Iterable<Change> {
    const queue = this.settings.name;
    for (const sent of this.#messages.values()) yield { queue, sent };
    for (const [deduplicationId, deduplicated] of this.#deduplicated)
      yield { queue, deduplicationId, deduplicated };
  }
}
