/** Whether it is an object of any kind, a list or a proxy among them; null is none. Never throws. */
export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null;
