// The lifecycle of deliveries as a few rules over plain objects: what the database must agree with.
import type { DeliveryStatus } from '#queue/routines/delivery-status.ts';

export type Outcome = 'done' | 'retry' | 'dead' | 'snooze' | 'release';

export interface ModelDelivery {
  readonly id: string;
  readonly queue: string;
  readonly group: string | undefined;
  readonly priority: number;
  status: DeliveryStatus;
  /** Blocked, and due only later when it is its turn. */
  isDueLater: boolean;
  attempt: number;
  token: string | undefined;
  isExpired: boolean;
  /** How many leases it has lost since it was settled. */
  lostLeases: number;
  /** What its attempts came to, in order. */
  readonly log: string[];
  /** Tokens that have ended an attempt. */
  readonly endedBy: Set<string>;
}

export interface Ending {
  readonly id: string;
  readonly token: string;
  readonly outcome: Outcome;
  readonly isDelayed: boolean;
}

export interface ModelReport {
  settled: number;
  repeated: number;
  readonly dead: string[];
  readonly stale: string[];
}

export class LifecycleModel {
  readonly deliveries = new Map<string, ModelDelivery>();
  readonly #queues: ReadonlyMap<string, { maxAttempts: number }>;

  constructor(queues: ReadonlyMap<string, { maxAttempts: number }>) {
    this.#queues = queues;
  }

  of(queue: string): ModelDelivery[] {
    return [...this.deliveries.values()].filter((delivery) => delivery.queue === queue);
  }

  find(queue: string, id: string): ModelDelivery {
    const found = this.deliveries.get(`${queue} ${id}`);
    if (!found) throw new Error(`the model has no delivery of ${id} in ${queue}`);
    return found;
  }

  pending(queue: string): ModelDelivery[] {
    return this.of(queue).filter(
      ({ status, lostLeases }) => status === 'pending' && lostLeases === 0,
    );
  }

  suspects(queue: string): ModelDelivery[] {
    return this.of(queue).filter(
      ({ status, isExpired, lostLeases }) => isExpired || (status === 'pending' && lostLeases > 0),
    );
  }

  /** How many suspects like this one may be handled together; 0 when it is to die. */
  together({ queue, attempt, isExpired, lostLeases }: ModelDelivery): number {
    const maxAttempts = this.#queues.get(queue)?.maxAttempts ?? 0;
    if (isExpired && attempt >= maxAttempts && lostLeases > 0) return 0;
    if (attempt >= maxAttempts - 1) return 1;
    return { 1: 200, 2: 8 }[lostLeases + Number(isExpired)] ?? 1;
  }

  statuses(): Record<string, DeliveryStatus> {
    return Object.fromEntries(
      // A delivery whose lease ran out is shown as what it is to others: pending again.
      Array.from(this.deliveries, ([key, { status, isExpired }]) => [
        key,
        isExpired ? 'pending' : status,
      ]),
    );
  }

  enqueue(message: { id: string; group?: string; priority?: number; isDelayed?: boolean }): void {
    const { id, group, priority = 5, isDelayed = false } = message;
    for (const queue of this.#queues.keys()) {
      const isBlocked = group !== undefined && this.#members(queue, group).length > 0;
      this.deliveries.set(`${queue} ${id}`, {
        id,
        queue,
        group,
        priority,
        status: isBlocked ? 'blocked' : isDelayed ? 'scheduled' : 'pending',
        isDueLater: isBlocked && isDelayed,
        attempt: 0,
        token: undefined,
        isExpired: false,
        lostLeases: 0,
        log: [],
        endedBy: new Set(),
      });
    }
  }

  claim(delivery: ModelDelivery, token: string): void {
    delivery.status = 'processing';
    delivery.attempt += 1;
    delivery.token = token;
    delivery.isExpired = false;
  }

  /** A suspect without attempts left is met. */
  bury(delivery: ModelDelivery): void {
    delivery.log.push('expired');
    delivery.token = undefined;
    this.#end(delivery, 'dead');
  }

  /** Its lost attempt is recorded; its last one, when it lost that among others, it has once more. */
  claimSuspect(delivery: ModelDelivery, token: string): void {
    const { attempt } = delivery;
    const isLast = this.#isLastAttempt(delivery);
    if (delivery.isExpired) {
      delivery.log.push('expired');
      delivery.lostLeases += 1;
    }
    this.claim(delivery, token);
    if (isLast) delivery.attempt = attempt;
  }

  extend(delivery: ModelDelivery, token: string): boolean {
    const isHeld = delivery.status === 'processing' && delivery.token === token;
    if (isHeld) delivery.isExpired = false;
    return isHeld;
  }

  settle(queue: string, endings: readonly Ending[]): ModelReport {
    const report: ModelReport = { settled: 0, repeated: 0, dead: [], stale: [] };
    for (const ending of endings) {
      const delivery = this.find(queue, ending.id);
      const isToken = delivery.token === ending.token;
      if (isToken && delivery.status === 'processing') {
        report.settled += 1;
        if (this.#settleOne(delivery, ending)) report.dead.push(ending.id);
      } else if (delivery.endedBy.has(ending.token)) {
        report.repeated += 1;
        const hasDied = delivery.status === 'dead' && delivery.token === ending.token;
        if (hasDied) report.dead.push(ending.id);
      } else if (isToken) report.repeated += 1;
      else report.stale.push(ending.id);
    }
    return report;
  }

  makeDue(): void {
    for (const delivery of this.deliveries.values())
      if (delivery.status === 'scheduled') delivery.status = 'pending';
  }

  #settleOne(delivery: ModelDelivery, { token, outcome, isDelayed }: Ending): boolean {
    delivery.isExpired = false;
    if (outcome === 'release') {
      delivery.status = 'pending';
      delivery.attempt -= 1;
      return false;
    }
    delivery.endedBy.add(token);
    const isDead = outcome === 'dead' || (outcome === 'retry' && this.#isLastAttempt(delivery));
    delivery.log.push(isDead ? 'dead' : outcome);
    if (outcome === 'done' || isDead) this.#end(delivery, isDead ? 'dead' : 'done');
    else {
      if (outcome === 'snooze') delivery.attempt -= 1;
      delivery.lostLeases = 0;
      delivery.status = isDelayed ? 'scheduled' : 'pending';
      delivery.token = undefined;
    }
    return isDead;
  }

  #end(delivery: ModelDelivery, status: 'done' | 'dead'): void {
    delivery.status = status;
    delivery.isExpired = false;
    const [next] =
      delivery.group === undefined ? [] : this.#members(delivery.queue, delivery.group);
    if (next?.status === 'blocked') next.status = next.isDueLater ? 'scheduled' : 'pending';
  }

  #isLastAttempt({ queue, attempt }: ModelDelivery): boolean {
    return attempt >= (this.#queues.get(queue)?.maxAttempts ?? 0);
  }

  /** Live members of a group, in enqueue order. */
  #members(queue: string, group: string): ModelDelivery[] {
    return this.of(queue).filter(
      (delivery) => delivery.group === group && !['done', 'dead'].includes(delivery.status),
    );
  }
}
