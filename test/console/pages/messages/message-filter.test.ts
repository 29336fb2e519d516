import { expect, test } from 'vitest';
import {
  fieldOfInstant,
  filterNames,
  filterQuery,
  instantOfField,
  isMessageId,
  pickFilter,
} from '#console/pages/messages/message-filter.ts';

test('reads from an address what a filter has, and leaves the rest', () => {
  const query = { type: 'order.placed', status: '', evil: 'x', groupKey: ' customer-7 ' };
  expect(pickFilter(query, filterNames)).toEqual({ type: 'order.placed', groupKey: 'customer-7' });
});

test('writes a filter so that the address brings it back, whatever text is in it', () => {
  const filter = { type: 'a&b=c#d', groupKey: '<img src=x> ?', queue: '' };
  const query = filterQuery(filter);
  expect(pickFilter(Object.fromEntries(new URLSearchParams(query)), filterNames)).toEqual({
    type: 'a&b=c#d',
    groupKey: '<img src=x> ?',
  });
  expect(filterQuery({})).toBe('');
});

test('turns local minutes into instants and back, and nonsense into nothing', () => {
  const instant = instantOfField('2026-11-29T08:30');
  expect(fieldOfInstant(instant)).toBe('2026-11-29T08:30');
  expect(instantOfField('yesterday')).toBe('');
  expect(fieldOfInstant('yesterday')).toBe('');
  expect(fieldOfInstant(undefined)).toBe('');
});

test('knows an id of a message', () => {
  expect(isMessageId('01A1FDA7-04ee-7bb2-9647-d99efdfa63fc')).toBe(true);
  expect(isMessageId('order-1001')).toBe(false);
});
