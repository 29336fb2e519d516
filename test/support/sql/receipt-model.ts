// What must become of a delivery that SQS carries, in few words: the receipt of one message, its letter and its log.
import type { WireMessage } from '#queue/routines/wire-message.ts';

export type State = 'none' | 'begun' | 'leased' | 'waiting' | 'given back' | 'ended';

export interface Settling {
  readonly token: string;
  readonly attempt: number;
  readonly outcome: string;
  readonly resend: boolean;
}

export class ReceiptModel {
  state: State = 'none';
  round = 0;
  attempts = 0;
  token: string | null = null;
  /** Whether time has passed since it was leased, or began to wait. */
  isOver = false;
  isDead = false;
  /** Whether receive has buried it. */
  wasLost = false;
  /** How many attempts were spent when it was put back into Postgres; null when it is not there. */
  live: number | null = 0;
  readonly log: string[] = [];
  /** Under which tokens attempts were settled. */
  readonly #settled = new Set<string>();
  readonly #maxAttempts: number;

  constructor(maxAttempts: number) {
    this.#maxAttempts = maxAttempts;
  }

  get isBegun(): boolean {
    return this.state === 'none' || this.state === 'begun';
  }

  relay(): void {
    this.live = null;
    this.log.push('relayed 0');
  }

  /** What receive answers. */
  receive(copy: WireMessage, count: number, token: string, alone: boolean): [string, number] {
    if (this.state === 'none') this.#enter('begun', copy.attempt);
    if (copy.round < this.round) return ['ended', this.attempts];
    if (this.state === 'ended') {
      const state = this.wasLost && this.token === token ? 'dead' : 'ended';
      return [state, this.attempts];
    }
    if (this.state === 'waiting' && !this.isOver) return ['waiting', this.attempts];
    // The call is made again, and holds it for as long once more.
    if (this.state === 'leased' && this.token === token) return this.#take(this.attempts, token);
    if (this.state === 'leased' && !this.isOver) return ['held', this.attempts];
    if (this.state === 'begun' && count > 1) return this.#meet(copy.attempt + 1, token, alone);
    if (this.state === 'leased') {
      if (this.attempts >= this.#maxAttempts) return this.#lose(token);
      return this.#meet(this.attempts, token, alone);
    }
    return this.#take(this.attempts + 1, token);
  }

  /** In which list of the answer the result stands, and whether it counts. */
  settle(copy: WireMessage, { token, attempt, outcome, resend }: Settling): string {
    const isHeld = this.state === 'leased' && this.token === token;
    if (copy.round === this.round && (this.isBegun || isHeld)) {
      this.#end(attempt, token, outcome, resend);
      return 'settled';
    }
    const isOwn = this.token === token && this.state !== 'leased';
    if (this.#settled.has(token) || isOwn) return 'repeated';
    return copy.round < this.round || this.state === 'ended' ? 'duplicate' : 'stale';
  }

  bury(copy: WireMessage): string {
    if (copy.round < this.round || this.state === 'ended') return 'ended';
    if (this.state === 'none') this.attempts = copy.attempt;
    if (this.state === 'leased') this.log.push(`expired ${this.attempts}`);
    this.#enter('ended', this.attempts);
    this.isDead = true;
    return 'dead';
  }

  /** A redrive, or a replay. */
  sendRound(): void {
    this.#begin(0);
    this.isDead = false;
  }

  #begin(spent: number): void {
    this.round += 1;
    this.#enter('begun', spent);
    this.live = spent;
  }

  #enter(state: State, attempts: number, token: string | null = null): void {
    this.state = state;
    this.attempts = attempts;
    this.token = token;
    this.isOver = false;
    this.wasLost = false;
  }

  #take(attempt: number, token: string): [string, number] {
    this.#enter('leased', attempt, token);
    return ['taken', attempt];
  }

  #meet(lost: number, token: string, alone: boolean): [string, number] {
    if (!alone) return ['suspect', lost];
    this.log.push(`expired ${lost}`);
    return this.#take(lost + 1, token);
  }

  #lose(token: string): [string, number] {
    this.log.push(`expired ${this.attempts}`);
    this.#enter('ended', this.attempts, token);
    this.isDead = true;
    this.wasLost = true;
    return ['dead', this.attempts];
  }

  #end(attempt: number, token: string, outcome: string, resend: boolean): void {
    if (outcome === 'release') {
      const begun = this.state === 'leased' ? this.attempts : attempt;
      this.#enter('given back', begun - 1, token);
      return;
    }
    const isLast = outcome === 'retry' && attempt >= this.#maxAttempts;
    this.log.push(`${isLast ? 'dead' : outcome} ${attempt}`);
    this.#settled.add(token);
    const spent = outcome === 'snooze' ? attempt - 1 : attempt;
    const isOver = outcome === 'done' || outcome === 'dead' || isLast;
    if (!isOver && resend) this.#begin(spent);
    else this.#enter(isOver ? 'ended' : 'waiting', spent, token);
    if (outcome === 'dead' || isLast) this.isDead = true;
  }
}
