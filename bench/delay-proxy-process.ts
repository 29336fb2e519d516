// Arguments: the port to pass on to, and the round trip in milliseconds.
import { once } from 'node:events';
import { delayProxy } from './delay-proxy.ts';

const [targetPort, roundTripMs] = process.argv.slice(2).map(Number);
const proxy = delayProxy(Number(targetPort), Number(roundTripMs));
proxy.listen(0, '127.0.0.1');
await once(proxy, 'listening');
const address = proxy.address();
process.send?.(typeof address === 'object' ? address?.port : undefined);
process.once('disconnect', () => process.exit());
