// The routes of chords, behind one import.
import type { Route } from '#functions/http/route.ts';
import { keptChordRoutes } from './chords.ts';
import { postChordRoutes } from './post-chord.ts';

export const chordRoutes: readonly Route[] = [...postChordRoutes, ...keptChordRoutes];
