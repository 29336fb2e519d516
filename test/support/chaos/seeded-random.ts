// Chaos that can be had again: everything random in it comes from one seed, which the test's name shows.

const { MILLRACE_CHAOS, MILLRACE_CHAOS_SEED } = process.env;

/** From the environment when a run is to be repeated. */
export const seed = Number(MILLRACE_CHAOS_SEED ?? Date.now() % 1_000_000);

/** Long runs are for machines that have the time: npm run test:chaos. */
export const isLong = MILLRACE_CHAOS === 'long';

export interface Random {
  /** A whole number from 0 to below the given one. */
  below(limit: number): number;
  isOneOf(chances: number): boolean;
}

/** The generator "mulberry32". */
export function seededRandom(from: number = seed): Random {
  let state = from;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, isOneOf: (chances) => below(chances) === 0 };
}
