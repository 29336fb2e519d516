import type { Machine } from './machine.ts';
import type { System } from './system.ts';
import type { Entry } from './workload.ts';

/** Everything that one run found out: what the JSON file holds, and the report is made from. */
export interface Results {
  readonly startedAt: string;
  readonly minutes: number;
  readonly machine: Machine;
  readonly rounds: number;
  readonly scale: number;
  readonly long: boolean;
  readonly systems: readonly Pick<System, 'name' | 'family' | 'settings' | 'history'>[];
  readonly entries: readonly Entry[];
}
