import type { Mutation } from '../mutation.ts';

const lockLetters = 'migrations/routines/operate/internal/lock_dead_letters.sql';
const portions = 'test/migrations/routines/operate/portions.test.ts';

/** What operators do, and what they see. */
export const operate: readonly Mutation[] = [
  {
    name: 'nobody-ends-what-nobody-drains',
    fault:
      'A delivery that was leased when its queue was removed stays for ever, and its week with it.',
    file: 'migrations/routines/operate/cancel.sql',
    replace: 'with_suspects => true',
    by: 'with_suspects => false',
    testFile: 'test/migrations/routines/operate/unheld-leases.test.ts',
    test: 'cancel ends it and logs the attempt that was lost; its settle is stale then',
  },
  {
    name: 'revoked-keys-are-found',
    fault: 'A key that was revoked goes on being let in.',
    file: 'migrations/routines/operate/find_api_key.sql',
    replace: 'and k.revoked_at is null',
    by: 'and k.created_at is not null',
    testFile: 'test/migrations/routines/operate/api-keys.test.ts',
    test: 'ends a revoked key, and with it the one before its rotation',
    isQuick: true,
  },
  {
    name: 'callers-wait-for-who-revokes-their-key',
    fault: 'A transaction that has a key locked and stays open keeps all calls with it waiting.',
    file: 'migrations/routines/operate/find_api_key.sql',
    replace: 'for no key update skip locked',
    by: 'for no key update',
    testFile: 'test/migrations/routines/operate/api-keys.test.ts',
    test: 'finds a key while somebody has its row locked',
  },
  {
    name: 'the-audit-believes-who-calls',
    fault: 'Whoever acts in SQL under the name of another leaves no trace of their own.',
    file: 'migrations/routines/operate/internal/audit_action.sql',
    replace: 'insert into millrace.audit (actor, action, target, affected)\n  values (',
    by: 'insert into millrace.audit (session_role, actor, action, target, affected)\n  values (actor, ',
    testFile: 'test/migrations/routines/operate/api-keys.test.ts',
    test: 'the audit keeps the login beside the name that the caller gave',
  },
  {
    name: 'redacted-lists-are-shown',
    fault: 'A redacted field in a list is shown to everybody who may read.',
    file: 'migrations/routines/operate/internal/redact_path.sql',
    replace: "elsif kind = 'array' and path[1] = '*' then",
    by: "elsif kind = 'array' and path[1] = '**' then",
    testFile: 'test/migrations/routines/operate/redacted.test.ts',
    test: 'hides exactly what errors are cleaned of',
    error: 'Property failed',
  },
  {
    name: 'redrive-newest-first',
    fault:
      'The members of a group come back in the wrong order when they are redriven in portions.',
    file: lockLetters,
    replace: 'order by l.died_at, l.message_id\n      -- One more',
    by: 'order by l.died_at desc, l.message_id desc\n      -- One more',
    testFile: portions,
    test: 'brings every member of a group back in its order',
    isQuick: true,
  },
  {
    name: 'redrive-looks-at-every-letter',
    fault: 'A redrive by a text in the error reads millions of letters, and ends in time never.',
    file: lockLetters,
    replace: "where filter ?| array['type', 'error']",
    by: 'where false',
    testFile: 'test/migrations/routines/operate/search.test.ts',
    test: 'is carried by a redrive from call to call',
  },
  {
    name: 'redrive-waits-for-another',
    fault:
      'An operator waits for the open transaction of another one instead of going on beside it.',
    file: lockLetters,
    replace: 'limit most + 1 - cardinality(places)\n      for update skip locked\n',
    by: 'limit most + 1 - cardinality(places)\n      for update\n',
    testFile: portions,
    test: 'one passes by what the other one has hold of, and does not ask for more of it',
  },
  {
    name: 'redrive-trips-over-a-live-message',
    fault: 'One letter whose message was replayed fails every redrive that it fits, for ever.',
    file: 'migrations/routines/operate/internal/redrive_letters.sql',
    replace: '      on conflict (message_id, queue_id) do nothing\n',
    by: '',
    testFile: portions,
    test: 'is gone with a redrive, which leaves the delivery and goes on with the others',
    error: 'delivery_is_unique',
  },
  {
    name: 'purge-asks-for-more-for-ever',
    fault: 'A purge in a loop never ends while somebody has hold of a delivery.',
    file: 'migrations/routines/operate/purge.sql',
    replace: "'more', cancelled > 0 and cancelled = most and exists (",
    by: "'more', exists (",
    testFile: portions,
    test: 'a purge passes by what somebody has hold of, and does not ask for more of it',
  },
  {
    name: 'deployment-forgets-who-read-the-old-rules',
    fault: 'A member that a producer adds during a deployment waits for ever behind a dead letter.',
    file: 'migrations/routines/groups/internal/regroup.sql',
    replace: '    horizon := pg_snapshot_xmax(pg_current_snapshot());',
    by: '    horizon := null;',
    testFile: 'test/migrations/routines/groups/regroup.test.ts',
    test: 'reaches what a producer stored by the old rules and commits afterwards',
  },
];
