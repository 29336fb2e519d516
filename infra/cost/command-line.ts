// What npm run costs is told on the command line.
import { parseArgs } from 'node:util';
import {
  flagOf,
  idle,
  type Load,
  loadNames,
  loadOptions,
  type Plan,
  requireInRange,
} from './load.ts';
import { compared, requireModes } from './mode.ts';

export interface CostOptions {
  readonly load: Load;
  /** Each of them a column: the names of what is switched on. */
  readonly modes: typeof compared;
  readonly json: boolean;
}

const plans: readonly Plan[] = ['free', 'launch', 'scale'];

export const usage = `Usage: npm run costs -- [options]

What a month of Millrace costs in each of its modes, from the prices in infra/cost/prices.json.

  ${'--mode MODE'.padEnd(20)}polling, sleep, eager or hand-over; may be repeated to combine them (default: compare all)
  ${'--plan PLAN'.padEnd(20)}Neon's: ${plans.join(', ')} (default ${idle.plan})
${loadNames.map(usageLine).join('\n')}
  ${'--json'.padEnd(20)}numbers for a program
  ${'--help'.padEnd(20)}this text`;

function usageLine(name: keyof typeof loadOptions): string {
  const { default: value, is } = loadOptions[name];
  return `  ${`--${flagOf(name)} N`.padEnd(20)}${is} (default ${Number(value.toFixed(2))})`;
}

/** Undefined when only the usage was asked for. Throws a RangeError or a TypeError that says what is expected. */
export function readCostOptions(words: readonly string[]): CostOptions | undefined {
  const { help, json, mode, plan, ...numbers } = parseArgs({
    args: [...words],
    options: {
      ...Object.fromEntries(loadNames.map((name) => [flagOf(name), { type: 'string' }] as const)),
      mode: { type: 'string', multiple: true },
      plan: { type: 'string', default: idle.plan },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
  if (help) return undefined;
  const given = loadNames.flatMap((name) => {
    const text: unknown = Reflect.get(numbers, flagOf(name));
    return typeof text === 'string' ? [[name, requireInRange(name, text)] as const] : [];
  });
  const load = { ...idle, ...Object.fromEntries(given), plan: requirePlan(plan) };
  return { load, modes: mode ? [requireModes(mode)] : compared, json };
}

function requirePlan(text: string): Plan {
  const plan = plans.find((each) => each === text);
  if (plan) return plan;
  throw new RangeError(`--plan is one of ${plans.join(', ')}; got "${text}"`);
}
