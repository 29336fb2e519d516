/** What has the same name, in the order in which the names come up. */
export const groupedBy = <Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): Item[][] => [...Map.groupBy(items, nameOf).values()];
