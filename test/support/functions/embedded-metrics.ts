// CloudWatch's reading of a log line in the embedded metric format. Of what its specification demands, everything that can
// be seen in a line is demanded here:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import * as z from 'zod';

const name = z.string().min(1).max(1024);

const directive = z.strictObject({
  Namespace: name,
  Dimensions: z.array(z.array(z.string().min(1).max(250)).max(30)).min(1),
  Metrics: z
    .array(
      z.strictObject({
        Name: name,
        Unit: z.enum(['Count', 'Seconds', 'Milliseconds']),
        StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
      }),
    )
    .min(1)
    .max(100),
});

const metadata = z.strictObject({
  Timestamp: z.int().positive(),
  CloudWatchMetrics: z.array(directive).min(1),
});

const root = z.looseObject({ _aws: metadata });
const dimensionValue = z.string().min(1).max(1024);
const metricValue = z.union([z.number(), z.array(z.number()).min(1).max(100)]);

/** The metrics of one line. */
export interface ReadMetrics {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number | number[]>>;
  readonly units: Readonly<Record<string, string>>;
}

/** What CloudWatch makes of a line; undefined when it is none of metrics. Throws when the line breaks the specification. */
export function readMetrics(line: string): ReadMetrics | undefined {
  if (Buffer.byteLength(line) > 256 * 1024) throw new Error('a line of more than 256 KiB');
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null || !('_aws' in value)) return undefined;
  const { _aws, ...members } = root.parse(value);
  const [first, ...others] = _aws.CloudWatchMetrics;
  if (!first || others.length > 0) throw new Error('more than one directive');
  const [dimensions = [], ...more] = first.Dimensions;
  if (more.length > 0) throw new Error('more than one set of dimensions');
  return {
    namespace: first.Namespace,
    dimensions: Object.fromEntries(
      dimensions.map((key) => [key, dimensionValue.parse(members[key])]),
    ),
    values: Object.fromEntries(
      first.Metrics.map((m) => [m.Name, metricValue.parse(members[m.Name])]),
    ),
    units: Object.fromEntries(first.Metrics.map((m) => [m.Name, m.Unit])),
  };
}
