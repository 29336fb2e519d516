// When a target wants to be asked again: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after

/** In seconds. A target that asks for more gets this: one answer must not keep a message for days. */
const longest = 3_600;

/**
 * In seconds, 1 to 3,600; undefined when the target says nothing that makes sense, or no wait at all, which would use up all attempts
 * in a moment. A date counts from the target's own clock, where it tells that, and otherwise from now.
 */
export function retryAfterSeconds(
  {
    'retry-after': after,
    date,
  }: { readonly 'retry-after'?: string | undefined; readonly date?: string | undefined },
  now: Date,
): number | undefined {
  if (!after) return undefined;
  const seconds = /^\d+$/.test(after)
    ? Number(after)
    : Math.ceil((Date.parse(after) - (Date.parse(date ?? '') || now.getTime())) / 1000);
  return seconds >= 1 ? Math.min(seconds, longest) : undefined;
}
