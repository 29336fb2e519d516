/**
 * Goes to the overview from an address that no link leads to: one whose percent signs do not stand for characters, such as
 * /console/messages/%. The router would throw on it, and nothing would be shown.
 */
export function leaveUnreadableAddress(): void {
  try {
    decodeURIComponent(location.pathname);
  } catch {
    history.replaceState(null, '', '/console');
  }
}
