import type { Entry } from './entry.ts';
import type { Machine } from './machine.ts';
import type { System } from './system.ts';

/** Everything that one run found out: what the JSON file holds, and the report is made from. */
export interface Results {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly minutes: number;
  readonly machine: Machine;
  readonly rounds: number;
  readonly scale: number;
  readonly long: boolean;
  readonly systems: readonly Pick<System, 'name' | 'family' | 'settings' | 'history'>[];
  readonly entries: readonly Entry[];
  readonly leftOut: readonly LeftOut[];
}

/** What could not be measured, and a sentence that says why. */
export interface LeftOut {
  readonly workload: string;
  readonly why: string;
}
