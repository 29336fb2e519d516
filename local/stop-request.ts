// When npm start has to end: a signal, or a parent that is gone.
import { readFileSync } from 'node:fs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const parentCheckMs = 500;

// One Ctrl-C may arrive twice: from the terminal, and from npm, which passes it on.
const echoMs = 400;

/** Settles with the reason at the first request; asked again later, the process ends at once. */
export function stopRequest(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let askedAt: number | undefined;
  const ask = (reason: string) => {
    askedAt ??= performance.now();
    // Postgres is not left behind: when this process exits, a listener in postgres-process.ts asks the server to end.
    if (performance.now() - askedAt > echoMs) process.exit(1);
    resolve(reason);
  };
  for (const signal of signals) process.on(signal, () => ask(signal));
  whenParentEnds(() => resolve('its parent has ended'));
  return promise;
}

// When npm is killed with -9, it cannot pass a signal on, and this process, its child, would run for ever.
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

/**
 * Undefined when that process has just ended. Undefined as well where there is no /proc; it is not needed there, because
 * the shell that npm starts is replaced by the script.
 */
function parentOf(processId: number): string | undefined {
  try {
    // "pid (name) state parent …", and the name may hold anything.
    const status = readFileSync(`/proc/${processId}/stat`, 'utf8');
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined;
  }
}
