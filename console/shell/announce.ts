// What has just happened, in a sentence: shown for a while, and read out by a screen reader.
import { signal } from '@preact/signals';

export interface Announcement {
  readonly text: string;
  /** Tells two with the same text apart. */
  readonly id: number;
}

export const announcement = signal<Announcement | undefined>(undefined);

const shownMs = 8_000;
let latest = 0;

export function announce(text: string): void {
  latest += 1;
  const id = latest;
  announcement.value = { text, id };
  setTimeout(() => {
    if (announcement.peek()?.id === id) announcement.value = undefined;
  }, shownMs);
}
