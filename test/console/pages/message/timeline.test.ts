import { expect, test } from 'vitest';
import { chainTree } from '#console/pages/message/chain-tree.ts';
import { milliseconds, timeScale } from '#console/pages/message/time-scale.ts';

const at = (time: string) => `2026-11-29T${time}+00:00`;

test('keeps the order of instants, and gives an attempt of a millisecond room beside a wait of hours', () => {
  const instants = [at('08:00:00.000000'), at('08:00:00.001000'), at('12:00:00.000000')];
  const scale = timeScale(instants);
  const places = instants.map(scale);
  expect(places[0]).toBe(0);
  expect(places[2]).toBe(1);
  expect(places[1]).toBeGreaterThan(0.03);
});

test('puts what lies between two instants between their places, and what lies outside at the end', () => {
  const scale = timeScale([at('08:00:00'), at('09:00:00')]);
  expect(scale(at('08:30:00'))).toBeCloseTo(0.5);
  expect(scale(at('07:00:00'))).toBe(0);
  expect(scale(at('10:00:00'))).toBe(1);
  expect(timeScale([at('08:00:00')])(at('08:00:00'))).toBe(0);
});

test('reads the microseconds that Postgres writes', () => {
  const start = milliseconds(at('08:00:00.123000'));
  expect(milliseconds(at('08:00:00.123456')) - start).toBeCloseTo(0.456, 2);
  expect(milliseconds(at('08:00:00')) - milliseconds('2026-11-29T07:59:59.9Z')).toBe(100);
});

test('makes a tree of a chain, with what lost its cause at the top', () => {
  const item = (id: string, causedBy: string | null) =>
    ({ id, causedBy, type: 'a.b', createdAt: at('08:00:00'), status: 'done' }) as const;
  const tree = chainTree([item('1', 'gone'), item('2', '1'), item('3', '1'), item('4', '2')]);
  const shape = (nodes: typeof tree): unknown =>
    nodes.map(({ item: { id }, followUps }) => (followUps.length ? [id, shape(followUps)] : id));
  expect(shape(tree)).toEqual([['1', [['2', ['4']], '3']]]);
});
