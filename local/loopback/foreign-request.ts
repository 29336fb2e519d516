// Who may call the servers of npm start: programs on this machine, and no web page that was not named. A browser lets every
// page send requests to the loopback address. It says which page it was in the header Origin, and which name the page has
// used for this server in Host: under DNS rebinding that is a name of the page's own, and there is no Origin.
import type { IncomingMessage } from 'node:http';
import { RefusedRequest } from './refused-request.ts';

// Any port will do: a tunnel or a proxy may listen on another one, and whoever rebinds a name cannot choose these names.
const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** The web pages that may call. Default: none. */
export interface LoopbackGuests {
  /** The origins of those that others have sent. */
  readonly allowedOrigins?: readonly string[];
  /** Whether this server sends pages itself, which may call it: those of the same host and port. */
  readonly hasOwnPages?: boolean;
}

/** What to answer instead; undefined when the request may be served. */
export function foreignRequest(
  { headers: { host = '', origin } }: IncomingMessage,
  { allowedOrigins = [], hasOwnPages = false }: LoopbackGuests,
): RefusedRequest | undefined {
  if (!loopbackHost.test(host))
    return new RefusedRequest(
      403,
      'This server is for programs on this machine: the Host of a request must be 127.0.0.1, localhost or [::1]',
    );
  const isOwn = hasOwnPages && origin === `http://${host.toLowerCase()}`;
  if (origin !== undefined && !isOwn && !allowedOrigins.includes(origin))
    return new RefusedRequest(
      403,
      'Web pages of this origin may not call: those that may call the API are named with --allow-origin',
    );
  return undefined;
}
