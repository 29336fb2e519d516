// What must become of a delivery that SQS carries, in few words: the receipt of one message, its letter and its log.
import type { WireMessage } from '#queue/routines/wire-message.ts';

export type State = 'none' | 'begun' | 'leased' | 'waiting' | 'given back' | 'ended';

export interface Settling {
  readonly token: string;
  readonly attempt: number;
  readonly outcome: string;
  readonly resend: boolean;
}

interface Receiving {
  readonly count: number;
  readonly token: string;
  /** How many suspects are handled side by side; none is taken with 0. */
  readonly suspects: number;
}

/** What receive answers: state, attempt, and of suspects how many may be handled side by side. */
type Received = [state: string, attempt: number, together: number | undefined];

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
  /** How many leases it has lost as a suspect since it was settled; null when it is none. */
  lost: number | null = null;
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
  receive(copy: WireMessage, { count, token, suspects }: Receiving): Received {
    if (this.state === 'none') this.#enter('begun', copy.attempt);
    if (copy.round < this.round) return ['ended', this.attempts, undefined];
    if (this.state === 'ended') {
      const state = this.wasLost && this.token === token ? 'dead' : 'ended';
      return [state, this.attempts, undefined];
    }
    if (this.state === 'waiting' && !this.isOver) return ['waiting', this.attempts, undefined];
    // The call is made again, and holds it for as long once more.
    if (this.state === 'leased' && this.token === token)
      return this.#take(this.attempts, token, this.lost);
    if (this.state === 'leased' && !this.isOver) return ['held', this.attempts, undefined];
    if (this.state === 'begun' && count > 1) {
      this.lost = null;
      return this.#meet(copy.attempt + 1, { token, suspects, ranOut: true });
    }
    if (this.state === 'leased')
      return this.lost !== null && this.attempts >= this.#maxAttempts
        ? this.#lose(token)
        : this.#meet(this.attempts, { token, suspects, ranOut: true });
    if (this.state === 'given back' && this.lost !== null)
      return this.#meet(this.attempts, { token, suspects, ranOut: false });
    return this.#take(this.attempts + 1, token, null);
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
    this.lost = null;
  }

  #take(attempt: number, token: string, lost: number | null): Received {
    this.#enter('leased', attempt, token);
    this.lost = lost;
    return ['taken', attempt, undefined];
  }

  #meet(
    spent: number,
    { token, suspects, ranOut }: Omit<Receiving, 'count'> & { readonly ranOut: boolean },
  ): Received {
    const lost = (this.lost ?? 0) + Number(ranOut);
    const sizes: Record<number, number> = { 1: 200, 2: 8 };
    const together = spent >= this.#maxAttempts - 1 ? 1 : (sizes[lost] ?? 1);
    if (suspects === 0 || suspects > together) return ['suspect', spent, together];
    if (ranOut) this.log.push(`expired ${spent}`);
    // A last attempt that was lost among others is made once more.
    const attempt = spent < this.#maxAttempts ? spent + 1 : spent;
    return this.#take(attempt, token, lost);
  }

  #lose(token: string): Received {
    this.log.push(`expired ${this.attempts}`);
    this.#enter('ended', this.attempts, token);
    this.isDead = true;
    this.wasLost = true;
    return ['dead', this.attempts, undefined];
  }

  #end(attempt: number, token: string, outcome: string, resend: boolean): void {
    if (outcome === 'release') {
      const { lost } = this;
      const begun = this.state === 'leased' ? this.attempts : attempt;
      this.#enter('given back', begun - 1, token);
      this.lost = lost;
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
