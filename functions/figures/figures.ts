// The figures of one function: counted while it runs, and written at the end of each invocation as lines of its log.
import {
  DEPLOYMENT,
  type DeploymentMetric,
  NAMESPACE,
  QUEUE,
  type QueueMetric,
  unitOf,
} from '#functions/metrics.ts';
import type { DrainFigures } from '#queue/drain/figures.ts';
import type { Log } from '#queue/log.ts';
import { embeddedMetrics, type MetricValue } from './embedded-metrics.ts';

/** Metrics that have the name of a figure of the summary. */
const summaryMetrics = [
  'Claimed',
  'Done',
  'Retried',
  'Snoozed',
  'Dead',
  'Released',
  'Stale',
] as const;

const rounded = (value: number) => Math.round(value * 100) / 100;

export class Figures {
  readonly #deployment: string;
  readonly #log: Log;
  readonly #values = new Map<DeploymentMetric, MetricValue>();
  #since: string | undefined;

  /** deployment: the name under which CloudWatch keeps the metrics. */
  constructor(deployment: string, log: Log) {
    this.#deployment = deployment;
    this.#log = log;
  }

  /** Counts on. */
  count(name: DeploymentMetric, more = 1): void {
    const before = this.#values.get(name);
    if (more > 0) this.#values.set(name, (typeof before === 'number' ? before : 0) + more);
  }

  /** Takes the newest value, or several of one kind. */
  measure(name: DeploymentMetric, value: MetricValue): void {
    if (typeof value === 'number') this.#values.set(name, rounded(value));
    else if (value.length > 0) this.#values.set(name, value.map(rounded));
  }

  /** "since" of the last drain's last survey. */
  get since(): string | undefined {
    return this.#since;
  }

  drained(drain: DrainFigures): void {
    const { summary } = drain;
    this.#since = drain.since;
    for (const name of summaryMetrics)
      this.count(name, summary[name.toLowerCase() as Lowercase<typeof name>]);
    this.count('Suspects', drain.suspects);
    this.measure('ClaimTime', drain.claimMs);
    this.measure('SettleTime', drain.settleMs);
    this.measure('HandlerTime', drain.handlerMs);
    if (drain.oldestWaitingSeconds !== undefined)
      this.measure('OldestWaiting', drain.oldestWaitingSeconds);
    // Counted, so that none is sent while no chord is open: a metric costs by the hours in which it is.
    for (const [name, value] of drain.chords) this.count(name, value);
  }

  /** Writes a line for one queue, whose metrics have the same names as those of others. */
  writeQueue(queue: string, values: ReadonlyMap<QueueMetric, number>): void {
    this.#write({ [QUEUE]: queue }, values);
  }

  /** Writes a line of what was counted and measured since it was written last; none when that is nothing. */
  write(): void {
    if (this.#values.size > 0) this.#write({}, this.#values);
    this.#values.clear();
  }

  #write<Name extends DeploymentMetric | QueueMetric>(
    more: Readonly<Record<string, string>>,
    values: ReadonlyMap<Name, MetricValue>,
  ): void {
    const dimensions = { [DEPLOYMENT]: this.#deployment, ...more };
    const set = { namespace: NAMESPACE, dimensions, values, unitOf };
    this.#log.info('figures', embeddedMetrics(set, new Date()));
  }
}
