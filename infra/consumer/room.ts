// Whether what is reserved for the consumer has room for what is invoked at once.

interface Invoked {
  readonly handOver?: number;
  readonly databases?: number;
}

/**
 * Each database has an invocation of its own, and each of these its helpers. A consumer for which fewer are reserved would have them
 * throttled, and soon forgotten, without a word. Throws a RangeError.
 */
export function requireRoom(
  { handOver = 0, databases = 1 }: Invoked,
  reserved: number | undefined,
): void {
  const needed = databases * (handOver + 1);
  if (reserved === undefined || reserved >= needed) return;
  const parts = [
    ...(handOver > 0 ? [`handOver of ${handOver}`] : []),
    ...(databases > 1 ? [`databases of ${databases}`] : []),
  ];
  throw new RangeError(
    `${parts.join(' with ')} needs reservedConcurrentExecutions of ${needed} or more, or none; got ${reserved}`,
  );
}
