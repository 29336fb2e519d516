// What simply succeeded is most of what is settled, and is told in few bytes: by lease token, without a name for each value.
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
  /** Of which there is more to say. */
  readonly others: readonly Result[];
}

/** Results in the two forms that millrace.settle takes. */
export function grouped(results: readonly Result[]): GroupedResults {
  const done = new Map<string, Done>();
  const others: Result[] = [];
  for (const result of results)
    if (result.outcome === 'done' && !result.enqueue) add(done, result);
    else others.push(result);
  return { done: [...done.values()], others };
}

function add(done: Map<string, Done>, { id, token, ms }: Extract<Result, { outcome: 'done' }>) {
  const group: Done = done.get(token) ?? { token, ids: [], ms: [] };
  done.set(token, group);
  group.ids.push(id);
  // The database keeps microseconds.
  group.ms.push(Math.round(ms * 1000) / 1000);
}
