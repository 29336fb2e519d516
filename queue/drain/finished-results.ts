// What handlers have brought forth, on its way to the database. Results of one claim travel together and in its order: what the
// claim leased as one row, a parcel, is then ended as one row, and no two calls wait for each other because each ends a part of
// the same one. See docs/decisions/0045-results-of-a-claim-together.md.
import type { Handled } from '#queue/handle/handle.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';

/** A result waits at most this long for others, in milliseconds. */
export const settleWithinMs = 250;

/** A claim some of whose deliveries have no result yet. */
interface OpenClaim {
  readonly ids: string[];
  readonly results: Result[];
  /** How many results are to come. */
  missing: number;
  /** When the first result came, on the clock of monotonicMs(). */
  since: number;
}

export class FinishedResults {
  /** By lease token. */
  readonly #claims = new Map<string, OpenClaim>();
  readonly #ready: Handled[] = [];
  #heldBack = 0;
  #takenAt = monotonicMs();

  /** How many results the next call takes along. */
  get ready(): number {
    return this.#ready.length;
  }

  /** How many wait for others of their claim. */
  get heldBack(): number {
    return this.#heldBack;
  }

  /** Results of these are to come. */
  expect(deliveries: readonly ClaimedDelivery[]): void {
    for (const { id, token } of deliveries) {
      let claim = this.#claims.get(token);
      if (!claim) {
        claim = { ids: [], results: [], missing: 0, since: 0 };
        this.#claims.set(token, claim);
      }
      claim.ids.push(id);
      claim.missing += 1;
    }
  }

  /** Takes what a run has brought forth for its deliveries; nothing, for those that are lost. */
  add(deliveries: readonly ClaimedDelivery[], handled: readonly Handled[]): void {
    for (const each of handled) {
      const claim = 'outcome' in each && this.#claims.get(each.token);
      if (claim) this.#holdBack(claim, each);
      else this.#ready.push(each);
    }
    for (const { token } of deliveries) {
      const claim = this.#claims.get(token);
      if (!claim) continue;
      claim.missing -= 1;
      if (claim.missing === 0) this.#close(token, claim);
    }
  }

  /** Holds back nothing of what is there, however much of its claims is missing. */
  closeAll(): void {
    for (const [token, claim] of this.#claims) this.#close(token, claim);
  }

  /** Answers what is ready, and what has waited too long for the rest of its claim; all there is when calls are rare. */
  take(): Handled[] {
    const now = monotonicMs();
    const latest = now - this.#takenAt >= settleWithinMs ? now : now - settleWithinMs;
    this.#takenAt = now;
    for (const [token, claim] of this.#claims)
      if (claim.results.length > 0 && claim.since <= latest) this.#close(token, claim);
    return this.#ready.splice(0);
  }

  #holdBack(claim: OpenClaim, result: Result): void {
    if (claim.results.length === 0) claim.since = monotonicMs();
    claim.results.push(result);
    this.#heldBack += 1;
  }

  /** From now on the claim's results are held back no more. */
  #close(token: string, claim: OpenClaim): void {
    this.#claims.delete(token);
    this.#heldBack -= claim.results.length;
    this.#ready.push(...inClaimOrder(claim));
  }
}

function inClaimOrder({ ids, results }: OpenClaim): readonly Result[] {
  if (results.every(({ id }, n) => id === ids[n])) return results;
  const places = new Map(ids.map((id, n) => [id, n]));
  return results.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
}
