// How the transaction of a handler begins: on a session that carries nothing over from whoever used it before.

/**
 * A script, so one round trip, that cleans the session and begins the transaction in which a handler runs for at most so
 * many seconds.
 *
 * What a session keeps beyond a transaction (settings, role, advisory locks, temporary tables, cursors, prepared
 * statements, listens, the last values of sequences) is what `discard all` would clean; but that command stands alone or
 * not at all. Its parts clean the same, except that they leave PL/pgSQL functions the plans which make them fast. Neon's
 * proxy does so too between two requests over HTTP.
 *
 * Cleaning is a transaction of its own: the next one then begins under the settings that it has restored, and a rollback
 * does not bring back what it has dropped. It writes even where a default of "read only" was left behind. A session that
 * was just opened is cleaned as well, since a pooler may have given it to somebody else before.
 */
export function beginClean(timeoutSeconds: number): string {
  const timeoutMs = Math.ceil(timeoutSeconds * 1000);
  // Read committed, because only there may a member of a group be settled or enqueued. A handler may raise it: no
  // statement has been run yet.
  // The setting says what has become of this transaction. While it lasts it is "open"; when it was committed, which is
  // the engine's to do, "committed" remains; and when it was rolled back, neither. See roll-back.ts.
  // The two limits are the server's to keep, for what the engine cannot end: a statement that hangs, or a transaction
  // that a frozen sandbox has left open.
  return `begin read write;
    reset session authorization;
    reset role;
    reset all;
    close all;
    deallocate all;
    unlisten *;
    select pg_catalog.pg_advisory_unlock_all();
    discard temp;
    discard sequences;
    commit;
    begin isolation level read committed;
    set millrace.transaction = 'committed';
    set local millrace.transaction = 'open';
    set local statement_timeout = ${timeoutMs};
    set local idle_in_transaction_session_timeout = ${timeoutMs}`;
}
