// A network on this machine: every byte arrives after a fixed time, in order, with unlimited bandwidth.
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Listens on 127.0.0.1 and passes on to that port; each direction takes half of the round trip. */
export function delayProxy(targetPort: number, roundTripMs: number): Server {
  return createServer({ noDelay: true }, (client) => {
    const target = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
    passOn(client, target, roundTripMs / 2);
    passOn(target, client, roundTripMs / 2);
  });
}

function passOn(from: Socket, to: Socket, delayMs: number): void {
  // Timers of one length fire in the order in which they were set.
  const later = (act: () => void) => setTimeout(act, delayMs);
  from.on('data', (chunk) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('close', () => later(() => to.destroy()));
  from.on('error', () => {});
}
