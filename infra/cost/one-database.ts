// What one database of several has of a month: they share messages evenly, since keys and chance say where each lives.
import type { Load } from './load.ts';

/** Messages of one request live in one database; those of a burst come in many requests, and are spread like all others. */
export const ofOneDatabase = (load: Load): Load => ({
  ...load,
  messages: load.messages / load.databases,
  burst: load.burst / load.databases,
  databases: 1,
});
