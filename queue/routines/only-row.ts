/** The row of a statement that gives exactly one. Throws when it is not there, which only a stranger's database could do. */
export function onlyRow<Row>([row]: readonly Row[]): Row {
  if (!row) throw new Error('a statement that always gives one row gave none');
  return row;
}
