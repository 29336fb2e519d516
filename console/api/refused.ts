// Told when the API no longer takes the key or token of whoever has signed in.
import { signal } from '@preact/signals';
import type { Problem } from './problem.ts';

export const refused = signal<Problem | undefined>(undefined);
