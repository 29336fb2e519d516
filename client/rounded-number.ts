/** Whether a number read from JSON is another one than was written there: too large for JavaScript, which would send it rounded, or as null. */
export const isRounded = (value: unknown): value is number =>
  typeof value === 'number' &&
  !Number.isSafeInteger(value) &&
  (value % 1 === 0 || !Number.isFinite(value));
