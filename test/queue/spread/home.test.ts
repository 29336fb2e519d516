import { expect, it } from 'vitest';
import { home } from '#queue/spread/home.ts';
import { createDatabase } from '#test/support/database.ts';

const keys = [
  ...Array.from({ length: 500 }, (_, n) => `customer-${n}`),
  ...[
    '',
    ' ',
    'é',
    '漢字',
    '🙂',
    'a:b',
    '0:a',
    "quote'd",
    'line\nbreak',
    '\\',
    '%',
    'x'.repeat(200),
  ],
];

it('says in TypeScript what the database says', async () => {
  const { query } = await createDatabase();
  for (const databases of [1, 2, 3, 7, 16]) {
    const homes = await query<{ home: number }>(
      'select millrace.home(k.key, $2) as home from unnest($1::text[]) with ordinality as k(key, n) order by k.n',
      [keys, databases],
    );
    expect(homes.map((row) => row.home)).toEqual(keys.map((key) => home(key, databases)));
  }
});

it('moves with a growth only what the new database has won, and about its share', () => {
  for (const databases of [1, 2, 5, 15]) {
    const moved = keys.filter((key) => home(key, databases) !== home(key, databases + 1));
    for (const key of moved) expect(home(key, databases + 1)).toBe(databases);
    const share = keys.length / (databases + 1);
    expect(moved.length).toBeGreaterThan(share * 0.6);
    expect(moved.length).toBeLessThan(share * 1.6);
  }
});
