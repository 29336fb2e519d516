// Groups as they should be, in a few lines: what a test compares the database with.

export type Phase = 'waiting' | 'processing' | 'dead' | 'ended';

export interface Member {
  readonly id: string;
  readonly group: string;
  phase: Phase;
  /** Whether it may be claimed as far as its group is concerned. */
  isFree: boolean;
  attempt: number;
  token: string | undefined;
  isLost: boolean;
  /** How many leases it has lost since it was settled. */
  lostLeases: number;
}

export interface Policy {
  readonly groupConcurrency: number;
  readonly deadBlocksGroup: boolean;
  readonly maxAttempts: number;
}

export class GroupModel {
  readonly #policy: Policy;
  /** In the order in which they are to start. */
  #members: Member[] = [];

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  in(phase: Phase): Member[] {
    return this.#members.filter((member) => member.phase === phase);
  }

  get claimable(): Member[] {
    return this.in('waiting').filter(({ isFree, lostLeases }) => isFree && lostLeases === 0);
  }

  /** Those whose lease ran out, or was released after another one had run out. */
  get suspects(): Member[] {
    return this.#members.filter(
      ({ phase, isLost, lostLeases }) =>
        (phase === 'processing' && isLost) || (phase === 'waiting' && lostLeases > 0),
    );
  }

  enqueue(id: string, group: string): void {
    const fresh = { isFree: false, attempt: 0, token: undefined, isLost: false, lostLeases: 0 };
    this.#members.push({ id, group, phase: 'waiting', ...fresh });
    this.#fill(group);
  }

  start(member: Member, token: string): void {
    // A last attempt that was lost is made again, if it was not lost alone.
    if (member.attempt < this.#policy.maxAttempts) member.attempt += 1;
    if (member.isLost) member.lostLeases += 1;
    Object.assign(member, { phase: 'processing', token, isLost: false });
  }

  settle(member: Member, outcome: string): void {
    const isSpent = outcome === 'retry' && member.attempt >= this.#policy.maxAttempts;
    if (outcome === 'dead' || isSpent) this.die(member);
    else if (outcome === 'done') this.end(member);
    else {
      Object.assign(member, { phase: 'waiting', isLost: false });
      if (outcome !== 'release') member.lostLeases = 0;
      if (outcome !== 'retry') member.attempt -= 1;
    }
  }

  die(member: Member): void {
    Object.assign(member, { phase: 'dead', isFree: false });
    this.#fill(member.group);
  }

  end(member: Member): void {
    Object.assign(member, { phase: 'ended', isFree: false });
    this.#fill(member.group);
  }

  redrive(member: Member): void {
    Object.assign(member, { phase: 'waiting', attempt: 0, isLost: false, lostLeases: 0 });
    if (!this.#policy.deadBlocksGroup) {
      this.#members = [...this.#members.filter((other) => other !== member), member];
    }
    this.#fill(member.group);
  }

  /** The first ones start, as many as may be live at once, none behind a dead letter that blocks. */
  #fill(group: string): void {
    const { groupConcurrency, deadBlocksGroup } = this.#policy;
    let places =
      groupConcurrency - this.#members.filter((m) => m.group === group && m.isFree).length;
    for (const member of this.#members.filter((other) => other.group === group)) {
      if (member.phase === 'dead' && deadBlocksGroup) return;
      if (member.phase !== 'waiting' || member.isFree || places <= 0) continue;
      member.isFree = true;
      places -= 1;
    }
  }
}
