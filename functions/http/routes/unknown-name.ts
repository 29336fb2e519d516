import { UnknownApiKey, UnknownQueue, UnknownSchedule } from '#queue/unknown-names.ts';

/** The sentence about a name that nothing has; undefined for every other error. */
export function unknownName(error: unknown): string | undefined {
  if (error instanceof UnknownQueue) return 'No queue has this name.';
  if (error instanceof UnknownSchedule) return 'No schedule has this name.';
  if (error instanceof UnknownApiKey) return 'No API key has this name.';
}
