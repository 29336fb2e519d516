// What is done to the systems, and how its results are kept until they are reported.
import type { Entry } from './entry.ts';
import type { Sample } from './measure.ts';
import type { Shape, System } from './system.ts';
import type { Systems } from './systems/all.ts';
import { newWorkspace, oneQueue, type Place, type Workspace } from './workspace.ts';

export interface Run extends Place, Systems {
  readonly rounds: number;
  /** Whether workloads that take many minutes are wanted. */
  readonly long: boolean;
  /** Multiplies the numbers of messages: below 1 to see quickly whether everything works. */
  readonly scale: number;
  record(entry: Entry): void;
  /** Says on the page why a workload, by its name there, was not run: a sentence without its full stop. */
  leaveOut(workload: string, why: string): void;
}

export interface Workload {
  readonly name: string;
  run(run: Run): Promise<void>;
}

/** A number of messages: scaled, and a whole number of batches. */
export const scaled = ({ scale }: Run, count: number): number =>
  Math.max(batch, Math.round((count * scale) / batch) * batch);

/** The batch size of every system in every workload. */
export const batch = 200;

/**
 * Rounds of A B C, B C A, and so on: whatever slows the machine for a while slows all of them, and whatever it costs to come
 * first, or behind another, is not always the same one's.
 */
export async function interleave(
  systems: readonly System[],
  rounds: number,
  act: (system: System, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 1; round <= rounds; round += 1)
    for (const system of turned(systems, round - 1)) await act(system, round);
}

/** The same, beginning with another one of them. */
export const turned = <Item>(items: readonly Item[], by: number): Item[] => {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
};

/** Where rounds differ little, so that a whole run takes about ten minutes. */
export const fewRounds = ({ rounds }: Run): number => Math.min(rounds, 2);

/** Gives the work a fresh workspace, and drops it whatever comes of it. */
export async function inWorkspace(
  run: Run,
  system: System,
  work: (workspace: Workspace) => Promise<void>,
  shape: Shape = oneQueue,
): Promise<void> {
  const workspace = await newWorkspace(run, system, shape);
  try {
    await work(workspace);
  } finally {
    await workspace.drop();
  }
}

/** Records what one system did in one round. */
export function recorder(run: Run, system: System, round: number) {
  return (workload: string, values: Entry['values'] | Sample, variant = ''): void =>
    run.record({ workload, variant, system: system.name, round, values: { ...values } });
}
