// The console is a page of the API's own host. A browser names the page's origin in what changes something, and that of the host
// itself is no foreign page.

// In the cloud there is TLS alone. A page that came without it could have been put there by anybody on the way, but on a laptop.
const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** host: the domain name by which API Gateway was called, of which a page of another host can make none of its own. */
export function isOwnOrigin(host: string, origin: string): boolean {
  return origin === `${loopback.test(host) ? 'http' : 'https'}://${host.toLowerCase()}`;
}
