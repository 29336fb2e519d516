import { misuse } from '#queue/misuse.ts';

const nameForm = /^[a-z][a-z0-9_-]*$/;

/**
 * The name of a queue or a schedule. Throws a TypeError unless it stays readable in a URL, a log line and a metric.
 */
export function requireSimpleName(kind: 'queue' | 'schedule', name: string): void {
  if (!nameForm.test(name) || name.length > 60)
    misuse(
      `A ${kind}'s name is lower-case letters, digits, "-" and "_", at most 60; got "${name}"`,
    );
}
