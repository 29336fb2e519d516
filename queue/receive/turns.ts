// Lines of messages, handled until nobody's turn is left: the first of each line, and whoever stands behind it once it is
// acknowledged. Where one is not, those behind it have no turn in this invocation.
import { settleWithinMs } from '#queue/drain/finished-results.ts';
import { HandlerPool } from '#queue/drain/handler-pool.ts';
import type { Pace } from '#queue/drain/pace.ts';
import { Waiters } from '#queue/drain/waiters.ts';
import { InvocationEnded } from '#queue/errors.ts';
import { release } from '#queue/handle/build-result.ts';
import type { Handled } from '#queue/handle/handle.ts';
import type { Line } from './lines.ts';
import { firstAttempt, type Member, toDelivery } from './member.ts';
import type { Received } from './received.ts';
import type { Reception } from './reception.ts';
import { type Ended, settleMembers } from './settle-members.ts';
import { takeLeases } from './take-leases.ts';

interface TurnsOptions {
  /** Of the handlers that take their turns here. */
  readonly pace: Pace;
  /** How many suspects take their turns here, and nobody else beside them; 0 when none does. */
  readonly suspects: number;
}

export class Turns {
  readonly #reception: Reception;
  readonly #suspects: number;
  readonly #pool: HandlerPool;
  readonly #waiters = new Waiters();
  /** Those whose handler was started or waits for a place, and the lines of all; by the message's id. */
  readonly #members = new Map<string, Member>();
  readonly #lines = new Map<string, Line>();
  /** Whose turn never came, and of whom the database is to know that no attempt was spent. */
  readonly #unbegun: Ended[] = [];

  constructor(reception: Reception, { pace, suspects }: TurnsOptions) {
    const { runtime, report, deadline } = reception;
    this.#reception = reception;
    this.#suspects = suspects;
    const onFinished = () => this.#waiters.wake();
    this.#pool = new HandlerPool(runtime, { pace, tally: report.tally, deadline, onFinished });
  }

  /** Handles and settles all that have their turn, or gives back what there is no time for, and what has none. */
  async take(lines: readonly Line[], turnless: readonly Received[] = []): Promise<void> {
    try {
      for (const copy of turnless) this.#giveBack(copy);
      await this.#begin(lines);
      while (this.#pool.unsettled > 0) {
        this.#giveUpWhatHasNoTime();
        const ended = this.#pool.takeResults().flatMap((each) => this.#endedOf(each));
        if (ended.length === 0) await this.#waiters.wait(settleWithinMs);
        else await this.#begin(await this.#settle(ended));
      }
      await settleMembers(this.#reception, this.#unbegun.splice(0));
      await this.#reception.fates.tellWaits();
    } finally {
      // Should anything have gone wrong here, no handler is left at work unseen.
      this.#pool.abandon(new InvocationEnded());
    }
  }

  /** Starts the handlers of those who are first, and of those behind anyone that needs none any more. */
  async #begin(lines: readonly Line[]): Promise<void> {
    for (let left = lines; left.length > 0; ) {
      const fresh: Received[] = [];
      const known: Received[] = [];
      for (const line of left) {
        const { first } = line;
        if (!first) continue;
        this.#lines.set(first.message.id, line);
        if (this.#needsLease(first)) known.push(first);
        else fresh.push(first);
      }
      this.#start(fresh.map(firstAttempt));
      left = known.length > 0 ? await this.#startLeased(known) : [];
    }
  }

  /** What was never delivered before needs none: nobody has begun it, unless its carrier has several copies. */
  #needsLease({ count }: Received): boolean {
    return this.#suspects > 0 || count > 1 || this.#reception.runtime.queue.policy.once;
  }

  /** Answers the lines whose first one needs no handler any more. */
  async #startLeased(known: readonly Received[]): Promise<Line[]> {
    const taken = await takeLeases(this.#reception, known, this.#suspects);
    this.#start(taken);
    return this.#next(known.filter(({ message }) => !this.#members.has(message.id)));
  }

  #start(members: readonly Member[]): void {
    if (members.length === 0) return;
    const { report, runtime, token } = this.#reception;
    // In a group the next one waits for the result, which therefore must not wait for those of other groups.
    const isInOrder = runtime.queue.policy.engine === 'sqs-fifo';
    const deliveries = members.map((member) =>
      toDelivery(member, isInOrder ? member.copy.message.id : token),
    );
    for (const member of members) this.#members.set(member.copy.message.id, member);
    report.claimed(deliveries);
    this.#pool.take(deliveries);
  }

  #giveUpWhatHasNoTime(): void {
    if (!this.#pool.mayStart) this.#pool.releaseUnstarted();
    if (this.#reception.deadline.isNear) this.#pool.forsake(new InvocationEnded());
  }

  /** No transaction of a handler's own settles what a carrier has delivered, so that there is always a result to settle. */
  #endedOf(handled: Handled): Ended[] {
    const member = 'outcome' in handled && this.#members.get(handled.id);
    return member ? [{ member, result: handled }] : [];
  }

  /** Answers the lines in which somebody else is first now. */
  async #settle(ended: readonly Ended[]): Promise<Line[]> {
    await settleMembers(this.#reception, ended);
    await this.#reception.fates.tellWaits();
    return this.#next(ended.map(({ member }) => member.copy));
  }

  /** Where the first one is not acknowledged, the line ends. */
  #next(decided: readonly Received[]): Line[] {
    const goOn: Line[] = [];
    for (const copy of decided) {
      const line = this.#lines.get(copy.message.id);
      if (!line) continue;
      if (this.#reception.fates.isAcknowledged(copy)) goOn.push(line.advance());
      else for (const behind of line.stop()) this.#giveBack(behind);
    }
    return goOn;
  }

  /** For one that is to come back as soon as those before it are gone. */
  #giveBack(copy: Received): void {
    const { message, count } = copy;
    // What was delivered before the database knows already, or somebody may have begun it.
    if (count > 1) this.#reception.fates.hide(copy, 0);
    else
      this.#unbegun.push({
        member: firstAttempt(copy),
        result: release({ id: message.id, token: this.#reception.token }),
      });
  }
}
