// What npm run costs is told on the command line.
import { parseArgs } from 'node:util';
import {
  type Engine,
  flagOf,
  type History,
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
const engines: readonly Engine[] = ['postgres', 'sqs', 'sqs-fifo'];
const histories: readonly History[] = ['all', 'failures'];

export const usage = `Usage: npm run costs -- [options]

What a month of Millrace costs in each of its modes, from the prices in infra/cost/prices.json.

  ${'--mode MODE'.padEnd(20)}polling, sleep, eager or hand-over; may be repeated to combine them (default: compare all)
  ${'--plan PLAN'.padEnd(20)}Neon's: ${plans.join(', ')} (default ${idle.plan})
  ${'--engine ENGINE'.padEnd(20)}what carries deliveries: ${engines.join(', ')} (default ${idle.engine})
  ${'--history HISTORY'.padEnd(20)}what of SQS is recorded in Postgres: ${histories.join(', ')} (default ${idle.history})
${loadNames.map(usageLine).join('\n')}
  ${'--json'.padEnd(20)}numbers for a program
  ${'--help'.padEnd(20)}this text`;

function usageLine(name: keyof typeof loadOptions): string {
  const { default: value, is } = loadOptions[name];
  return `  ${`--${flagOf(name)} N`.padEnd(20)}${is} (default ${Number(value.toFixed(2))})`;
}

/** Undefined when only the usage was asked for. Throws a RangeError or a TypeError that says what is expected. */
export function readCostOptions(words: readonly string[]): CostOptions | undefined {
  const { help, json, mode, plan, engine, history, ...numbers } = parseArgs({
    args: [...words],
    options: {
      ...Object.fromEntries(loadNames.map((name) => [flagOf(name), { type: 'string' }] as const)),
      mode: { type: 'string', multiple: true },
      plan: { type: 'string', default: idle.plan },
      engine: { type: 'string', default: idle.engine },
      history: { type: 'string', default: idle.history },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
  if (help) return undefined;
  const given = loadNames.flatMap((name) => {
    const text: unknown = Reflect.get(numbers, flagOf(name));
    return typeof text === 'string' ? [[name, requireInRange(name, text)] as const] : [];
  });
  const load = {
    ...idle,
    ...Object.fromEntries(given),
    plan: requireOneOf('plan', plans, plan),
    engine: requireOneOf('engine', engines, engine),
    history: requireOneOf('history', histories, history),
  };
  return { load, modes: mode ? [requireModes(mode)] : compared, json };
}

function requireOneOf<Word extends string>(
  flag: string,
  words: readonly Word[],
  text: string,
): Word {
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  throw new RangeError(`--${flag} is one of ${words.join(', ')}; got "${text}"`);
}
