/** A delivery that its handler's own transaction has settled, or whose lease was lost before it could be. */
export interface SettledInTransaction {
  readonly id: string;
  readonly outcome: 'settled' | 'stale';
}

export const isSettledInTransaction = (handled: {
  readonly outcome: string;
}): handled is SettledInTransaction => handled.outcome === 'settled' || handled.outcome === 'stale';
