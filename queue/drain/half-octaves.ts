/**
 * Counts what took so many milliseconds in its class of a list that begins empty. Classes are half an octave wide, the first for all
 * below the square root of 2; the table millrace.queue_history describes them. Classes without a count may be holes.
 */
export function countIn(classes: number[], ms: number): void {
  const n = Math.max(0, Math.floor(2 * Math.log2(ms)));
  classes[n] = (classes[n] ?? 0) + 1;
}
