// The routes that few applications use, behind one import: with several, what they share would be read at every cold start.
import type { Route } from '#functions/http/route.ts';
import { keptChordRoutes } from './chords.ts';
import { postChordRoutes } from './post-chord.ts';
import { postEvent } from './post-event.ts';

export const allSeldomRoutes: readonly Route[] = [
  ...postChordRoutes,
  ...keptChordRoutes,
  postEvent,
];
