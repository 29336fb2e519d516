// CloudWatch's embedded metric format: a line of the log that says which of its members are metrics. CloudWatch makes metrics
// of them, so that no call is made and no permission is needed. The specification is
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

/** One number, or at most 100 of the same metric. */
export type MetricValue = number | readonly number[];

export interface MetricSet<Name extends string> {
  readonly namespace: string;
  /** At least one, at most 30; CloudWatch keeps a metric of its own for each combination of their values. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** At most 100. */
  readonly values: ReadonlyMap<Name, MetricValue>;
  readonly unitOf: (name: Name) => string;
}

/** The members that make a log line one of metrics. CloudWatch refuses a line with a value that is no number. */
export function embeddedMetrics<Name extends string>(
  set: MetricSet<Name>,
  at: Date,
): Record<string, unknown> {
  const { namespace, dimensions, unitOf } = set;
  const values = [...set.values].filter(([, value]) => [value].flat().every(Number.isFinite));
  const metrics = values.map(([name]) => ({ Name: name, Unit: unitOf(name) }));
  const directive = {
    Namespace: namespace,
    Dimensions: [Object.keys(dimensions)],
    Metrics: metrics,
  };
  return {
    _aws: { Timestamp: at.getTime(), CloudWatchMetrics: [directive] },
    ...dimensions,
    ...Object.fromEntries(values),
  };
}
