// When npm start has to end: a signal, or a parent that is gone.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const parentCheckMs = 500;

/** Settles with the reason at the first request; a second signal ends the process at once. */
export function stopRequest(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let isAsked = false;
  const ask = (reason: string) => {
    // The server process has an exit listener, which asks it to end by itself.
    if (isAsked) process.exit(1);
    isAsked = true;
    resolve(reason);
  };
  for (const signal of signals) process.on(signal, () => ask(signal));
  whenParentEnds(() => resolve('its parent has ended'));
  return promise;
}

// npm killed with -9 passes nothing on: its child would run for ever.
function whenParentEnds(act: () => void): void {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    act();
  }, parentCheckMs);
  check.unref();
}
