// What has brought servers down before, and whatever comes near it.
import fc from 'fast-check';

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\0',
      '\ud800',
      '\udfff\ud800',
      '\u2028',
      '\ufeff',
      'stra\\u',
      'straße',
      '"',
      "'",
      ';--',
      '%00',
    ],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'null', 'undefined'],
    ...['1e999', '-0', '0x10', ' 5', '1_000', 'Infinity', 'NaN', '99999999999999999999'],
    ...['tomorrow', 'infinity', '2026-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '../../etc'],
    ...['$1', '\\x00', '/messages/0', 'x'.repeat(5_000)],
  ),
);

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  hostileText,
  fc.double(),
  fc.constantFrom(null, true, 0, -1, 2 ** 31, 2 ** 53, 1e308, 5e-324, [], {}, [[]]),
  fc.dictionary(hostileText, fc.jsonValue(), { maxKeys: 4 }),
  fc.nat(150).map(nested),
);

/** A list in a list, so many levels deep. */
function nested(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels) || '0');
}
