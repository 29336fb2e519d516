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
    return this.in('waiting').filter(({ isFree }) => isFree);
  }

  enqueue(id: string, group: string): void {
    const fresh = { isFree: false, attempt: 0, token: undefined, isLost: false };
    this.#members.push({ id, group, phase: 'waiting', ...fresh });
    this.#fill(group);
  }

  start(member: Member, token: string): void {
    Object.assign(member, { phase: 'processing', token, isLost: false });
    member.attempt += 1;
  }

  settle(member: Member, outcome: string): void {
    const isSpent = outcome === 'retry' && member.attempt >= this.#policy.maxAttempts;
    if (outcome === 'dead' || isSpent) this.die(member);
    else if (outcome === 'done') this.end(member);
    else {
      member.phase = 'waiting';
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
    Object.assign(member, { phase: 'waiting', attempt: 0 });
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
