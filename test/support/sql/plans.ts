// The plans of the very statements inside the routines, as Postgres ran them: auto_explain reports each of them
// to the client that made the call.
import type { Client } from 'pg';

export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

export interface Plan {
  /** The statement's text. */
  readonly query: string;
  readonly root: PlanNode;
}

/** Runs the call on the client, and gives the plan of every statement that it ran, nested ones first. */
export async function plansOf(client: Client, call: () => Promise<unknown>): Promise<Plan[]> {
  const plans: Plan[] = [];
  const listen = ({ message }: { readonly message?: string | undefined }) => {
    const json = /plan:\s*(\{.*)$/s.exec(message ?? '')?.[1];
    if (!json) return;
    const { 'Query Text': query, Plan: root } = JSON.parse(json);
    plans.push({ query, root });
  };
  await client.query(`
    load 'auto_explain';
    set auto_explain.log_min_duration = 0;
    set auto_explain.log_nested_statements = on;
    set auto_explain.log_analyze = on;
    set auto_explain.log_buffers = on;
    set auto_explain.log_timing = off;
    set auto_explain.log_format = json;
    set auto_explain.log_level = notice`);
  client.on('notice', listen);
  try {
    await call();
  } finally {
    client.off('notice', listen);
    await client.query('set auto_explain.log_min_duration = -1');
  }
  return plans;
}

/** Pages that the call read, from memory or disk, statements inside routines included. */
export function buffersOf(plans: readonly Plan[]): number {
  // The last is the call itself, which counts what it called.
  const root = plans.at(-1)?.root;
  return (root?.['Shared Hit Blocks'] ?? 0) + (root?.['Shared Read Blocks'] ?? 0);
}

/** The same of the statements inside of the call alone, as they ran: without what planning them read of the catalog. */
export const buffersInside = (plans: readonly Plan[]): number =>
  plans.slice(0, -1).reduce((sum, plan) => sum + buffersOf([plan]), 0);

/**
 * What of a measurement is not as it should be, every time of three: the faults of the last, none as soon as one has none.
 * Pages are counted with those of the catalog that a session reads when it plans anew. It does so whenever it has slept through
 * some thousand changes anywhere on the server, as when another test makes a database, and that is no call's own cost.
 */
export async function lasting<Fault>(faults: () => Promise<Fault[]>): Promise<Fault[]> {
  for (let again = 0; again < 2; again += 1) if ((await faults()).length === 0) return [];
  return faults();
}

/** Every node of the plans, for asking what was scanned and how. */
export function nodesOf(plans: readonly Plan[]): PlanNode[] {
  const below = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(below)];
  return plans.flatMap(({ root }) => below(root));
}
