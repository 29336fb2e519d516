// What a deployment has switched on. Polling is what it does when nothing is.

const modeNames = ['polling', 'sleep', 'eager', 'hand-over'] as const;
type ModeName = (typeof modeNames)[number];

export interface Mode {
  readonly sleep: boolean;
  readonly eager: boolean;
  readonly handOver: boolean;
}

/** The modes that are worth comparing when none is asked for. */
export const compared: readonly (readonly ModeName[])[] = [
  ['polling'],
  ['sleep'],
  ['eager'],
  ['sleep', 'eager'],
  ['hand-over'],
];

export function toMode(names: readonly ModeName[]): Mode {
  return {
    sleep: names.includes('sleep'),
    eager: names.includes('eager'),
    handOver: names.includes('hand-over'),
  };
}

/** Throws a RangeError for a word that is no mode, and for polling beside a mode that ends it. */
export function requireModes(words: readonly string[]): ModeName[] {
  const names = words.map((word) => {
    const name = modeNames.find((each) => each === word);
    if (name) return name;
    throw new RangeError(`--mode is one of ${modeNames.join(', ')}; got "${word}"`);
  });
  if (names.includes('polling') && names.includes('sleep'))
    throw new RangeError('--mode polling and --mode sleep exclude each other');
  return names;
}
