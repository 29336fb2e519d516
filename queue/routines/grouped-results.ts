// Most of what is settled has simply succeeded. Such results travel as lists of ids and run times under their lease token:
// an object for each, with its names repeated, would be many more bytes for the database to take apart.
import type { Result } from './result.ts';

/** Deliveries of one lease token that simply succeeded. */
interface Done {
  readonly token: string;
  readonly ids: string[];
  /** The run time of each one's handler, in milliseconds. */
  readonly ms: number[];
}

interface GroupedResults {
  readonly done: readonly Done[];
  /** Results of which there is more to say than that they succeeded: an error, a delay, follow-ups, what is kept of it. */
  readonly others: readonly Result[];
}

/** Sorts results into the two forms that millrace.settle takes. */
export function grouped(results: readonly Result[]): GroupedResults {
  const done = new Map<string, Done>();
  const others: Result[] = [];
  for (const result of results)
    if (result.outcome === 'done' && !result.enqueue && result.result === undefined)
      add(done, result);
    else others.push(result);
  return { done: [...done.values()], others };
}

function add(done: Map<string, Done>, { id, token, ms }: Extract<Result, { outcome: 'done' }>) {
  const group: Done = done.get(token) ?? { token, ids: [], ms: [] };
  done.set(token, group);
  group.ids.push(id);
  // Timestamps in the database have microseconds; more digits would only be sent.
  group.ms.push(Math.round(ms * 1000) / 1000);
}
