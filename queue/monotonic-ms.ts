/**
 * Milliseconds of a clock that nobody sets: only the difference of two readings means anything. Called by a short name of the
 * bundle's, where the platform's own would be spelled out at each place.
 */
export const monotonicMs = (): number => performance.now();
