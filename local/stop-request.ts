// When npm start has to end: a signal, or a parent that is gone.
import { readFileSync } from 'node:fs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const parentCheckMs = 500;

// One Ctrl-C may arrive twice: from the terminal, and passed on by npm.
const echoMs = 400;

/** Settles with the reason at the first request; asked again later, the process ends at once. */
export function stopRequest(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let askedAt: number | undefined;
  const ask = (reason: string) => {
    askedAt ??= performance.now();
    // The server process has an exit listener, which asks it to end by itself.
    if (performance.now() - askedAt > echoMs) process.exit(1);
    resolve(reason);
  };
  for (const signal of signals) process.on(signal, () => ask(signal));
  whenParentEnds(() => resolve('its parent has ended'));
  return promise;
}

// npm killed with -9 passes nothing on: its child would run for ever.
function whenParentEnds(act: () => void): void {
  const known = ancestors();
  const check = setInterval(() => {
    if (ancestors() === known) return;
    clearInterval(check);
    act();
  }, parentCheckMs);
  check.unref();
}

/** The parent; under npm also the parent's parent, because there the parent is a shell that outlives npm. */
function ancestors(): string {
  const { npm_lifecycle_event: script } = process.env;
  const parent = process.ppid;
  return script ? `${parent} ${parentOf(parent)}` : `${parent}`;
}

/** Undefined when it has just ended, and where there is no /proc: there npm's shell gives way to the script. */
function parentOf(processId: number): string | undefined {
  try {
    // "pid (name) state parent …", and the name may hold anything.
    const status = readFileSync(`/proc/${processId}/stat`, 'utf8');
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined;
  }
}
