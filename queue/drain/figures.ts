// What a drain can tell of itself, for whoever keeps figures of many drains. Nothing here asks the database: it is counted,
// or comes with answers that the drain needs anyway.
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { Exchange, Exchanged } from '#queue/routines/settle-and-claim.ts';
import type { Survey } from '#queue/routines/survey.ts';
import { areLarge } from './pace.ts';
import { Samples } from './samples.ts';
import type { DrainSummary } from './summary.ts';

/**
 * What was seen of chords: how many have ended, and at the last look how many were open still, how many of these since the message that
 * follows is refused, and for how many seconds the oldest of them had been.
 */
export type ChordFigure = 'ChordsEnded' | 'ChordsOpen' | 'ChordsRefused' | 'OldestChord';

export interface DrainFigures {
  readonly summary: Readonly<DrainSummary>;
  /** How many deliveries were claimed as suspects. */
  readonly suspects: number;
  /** How long the oldest delivery of any queue had been due when a survey saw it; undefined when none waited. */
  readonly oldestWaitingSeconds: number | undefined;
  /** Empty when no chord was open. */
  readonly chords: ReadonlyMap<ChordFigure, number>;
  /** What calls that claim took, in milliseconds; of many, a part that is spread over all of them, and the longest. */
  readonly claimMs: readonly number[];
  /** The same of calls that settle. One call may do both. */
  readonly settleMs: readonly number[];
  /** The same of handlers: a run for one message or for a batch. */
  readonly handlerMs: readonly number[];
  /** The last survey's "since"; undefined when there was none. */
  readonly since: string | undefined;
}

/** After so many calls the fastest of them tells what the network takes. */
const enoughCalls = 3;
/**
 * Until so many have come back, code that runs for the first time keeps this process from answers that have arrived, for longer than
 * most networks take. What it has worked during a call is taken off then: only where all waits are for the network is it far away.
 */
const firstCalls = 10;
/** What is left of earlier times in processorShare whenever a call has come back. */
const remembered = 0.8;

type Asked = Pick<Exchange, 'results' | 'wanted'>;
type Timed = Pick<Exchanged, 'databaseMs' | 'deliveries' | 'kib'>;

/** Where a drain keeps what is no count of a queue's. */
export class DrainTally {
  readonly claimMs = new Samples();
  readonly settleMs = new Samples();
  readonly handlerMs = new Samples();
  suspects = 0;
  readonly chords = new Map<ChordFigure, number>();
  #oldestWaitingSeconds: number | undefined;
  #since: string | undefined;
  #underWay = 0;
  /** How many connections there are to be used again: the survey has opened the first. */
  #connections = 1;
  /** Those that had no connection to open. */
  #calls = 0;
  #networkMs = Number.POSITIVE_INFINITY;
  /** The same without what this process has worked meanwhile. */
  #idleNetworkMs = Number.POSITIVE_INFINITY;
  #clocks = clocks();
  #activeMs = 0;
  #cpuMs = 0;

  /** What the fastest call has spent on its way to the database and back, in milliseconds; 0 while that is not known. */
  get networkMs(): number {
    if (this.#calls < enoughCalls) return 0;
    return this.#calls < firstCalls ? this.#idleNetworkMs : this.#networkMs;
  }

  /** The share of the time lately in which this process had something to do, and had a processor for it; 1 while that is not known. */
  get processorShare(): number {
    return this.#activeMs === 0 ? 1 : this.#cpuMs / this.#activeMs;
  }

  /** Takes note of what waits in any queue, and passes the survey on. */
  surveyed(survey: Survey): Survey {
    const now = Date.parse(survey.now);
    for (const { waitingSince } of survey.queues) {
      const seconds = Math.max(0, now - Date.parse(waitingSince)) / 1000;
      this.#oldestWaitingSeconds = Math.max(this.#oldestWaitingSeconds ?? 0, seconds);
    }
    this.#since = survey.since;
    return survey;
  }

  /** Takes note of how long a call is under way, which has just begun, and passes its answer on. */
  async timed<Answer extends Timed>(
    { results, wanted }: Asked,
    call: Promise<Answer>,
  ): Promise<Answer> {
    const startedAt = monotonicMs();
    const activeBefore = activeMs();
    this.#underWay += 1;
    const opensConnection = this.#underWay > this.#connections;
    this.#connections = Math.max(this.#connections, this.#underWay);
    const answer = await call.finally(() => {
      this.#underWay -= 1;
    });
    const ms = monotonicMs() - startedAt;
    this.#noteProcessor();
    // What large messages take to be sent and read would pass for a distance, which more calls at once do not make shorter.
    if (!opensConnection && !areLarge(answer.deliveries.length, answer.kib)) {
      const networkMs = ms - answer.databaseMs;
      this.#calls += 1;
      this.#networkMs = Math.min(this.#networkMs, networkMs);
      this.#idleNetworkMs = Math.min(this.#idleNetworkMs, networkMs - (activeMs() - activeBefore));
    }
    if (wanted > 0) this.claimMs.add(ms);
    if (results.length > 0) this.settleMs.add(ms);
    return answer;
  }

  #noteProcessor(): void {
    const now = clocks();
    const { activeMs, cpuMs } = this.#clocks;
    this.#clocks = now;
    this.#activeMs = this.#activeMs * remembered + now.activeMs - activeMs;
    this.#cpuMs = this.#cpuMs * remembered + now.cpuMs - cpuMs;
  }

  figures(summary: DrainSummary): DrainFigures {
    return {
      summary,
      suspects: this.suspects,
      oldestWaitingSeconds: this.#oldestWaitingSeconds,
      chords: this.chords,
      claimMs: this.claimMs.values,
      settleMs: this.settleMs.values,
      handlerMs: this.handlerMs.values,
      since: this.#since,
    };
  }
}

/** For how long this process had something to do so far, and for how long it had a processor, in milliseconds. */
function clocks() {
  const { user, system } = process.cpuUsage();
  return { activeMs: activeMs(), cpuMs: (user + system) / 1000 };
}

function activeMs(): number {
  // An import of it would be one more for every cold start.
  const { performance } = process.getBuiltinModule('node:perf_hooks');
  return performance.eventLoopUtilization().active;
}
