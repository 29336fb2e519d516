/** The only import of Node's timers in the engine: minified, each further one would be 50 bytes of the consumer's bundle. */
export { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
