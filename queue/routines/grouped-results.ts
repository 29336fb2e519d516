// Most of what is settled has simply succeeded, or been relayed. Such results travel as lists of ids and run times under their lease
// token: an object for each, with its names repeated, would be many more bytes for the database to take apart. And the lists travel
// as Postgres writes arrays, in one text each, since each element of a JSON list is taken apart three times.
import type { Claim, Result } from './result.ts';

/** Deliveries of one lease token that simply succeeded, or that SQS has now. */
interface Done {
  readonly token: string;
  /** Ids in braces, with commas between them. */
  readonly ids: string;
  /** The run time of each one's handler, in milliseconds, written alike. */
  readonly ms: string;
  /** They were relayed. */
  readonly relayed?: boolean;
}

interface Group {
  readonly relayed: boolean;
  readonly ids: string[];
  readonly ms: number[];
}

interface GroupedResults {
  readonly done: readonly Done[];
  /** Results of which there is more to say than that they succeeded: an error, a delay, follow-ups, what is kept of it. */
  readonly others: readonly Result[];
}

/** Sorts results into the two forms that millrace.settle takes. */
export function grouped(results: readonly Result[]): GroupedResults {
  const groups = new Map<string, Group>();
  const others: Result[] = [];
  for (const result of results)
    if (result.outcome === 'relayed') add(groups, result, true);
    else if (result.outcome === 'done' && !result.enqueue && result.result === undefined)
      add(groups, result);
    else others.push(result);
  const done = Array.from(groups, ([token, { relayed, ids, ms }]) => ({
    token,
    ...(relayed && { relayed }),
    ids: `{${ids.join()}}`,
    // JSON writes numbers in two thirds of the time.
    ms: `{${JSON.stringify(ms).slice(1, -1)}}`,
  }));
  return { done, others };
}

/** A token's results are all relayed, or none is: its queue has one engine as long as a consumer lives. */
function add(
  groups: Map<string, Group>,
  { id, token, ms = 0 }: Claim & { readonly ms?: number },
  relayed = false,
) {
  const group: Group = groups.get(token) ?? { relayed, ids: [], ms: [] };
  groups.set(token, group);
  group.ids.push(id);
  // Timestamps in the database have microseconds; more digits would only be sent.
  group.ms.push(Math.round(ms * 1000) / 1000);
}
