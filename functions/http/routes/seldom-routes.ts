// The routes that few applications use, behind one import: with several, what they share would be read at every cold start.
import type { Route } from '#functions/http/route.ts';
import { pauseKey, resumeKey } from '#queue/operate/fairness-keys.ts';
import { keptChordRoutes } from './chords.ts';
import { fairnessKeyRoutes } from './fairness-keys.ts';
import { postChordRoutes } from './post-chord.ts';
import { postEvent } from './post-event.ts';

export const allSeldomRoutes: readonly Route[] = [
  ...postChordRoutes,
  ...keptChordRoutes,
  postEvent,
  ...fairnessKeyRoutes,
];

/** What the routes that pause a queue do for a single key. */
export const ofKeys = { pauseKey, resumeKey };
