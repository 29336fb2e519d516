// A line in a cell of a table: how something went, without numbers.
const width = 96;
const height = 24;

/** The latest value is at the right. label: what it shows, for who does not see it. */
export function Sparkline({ values, label }: SparklineProps) {
  const most = Math.max(...values, 1);
  const step = width / Math.max(values.length - 1, 1);
  const points = values.map(
    (value, index) =>
      `${(index * step).toFixed(1)},${(height - 1 - (value / most) * (height - 2)).toFixed(1)}`,
  );
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <polyline points={points.join(' ')} />
    </svg>
  );
}

interface SparklineProps {
  readonly values: readonly number[];
  readonly label: string;
}
