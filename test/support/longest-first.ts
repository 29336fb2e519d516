// The order of a run's files: those that take longest come first. One that came last would have a processor to itself in the
// end, while the others have nothing to do. vitest knows how long files took only where it has run before, which a clean
// checkout has not; it goes by their sizes there, and what takes long is mostly not what is long to read.
import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { projectRoot } from './project-root.ts';

/** Each takes half a minute or more on two processors, beside two others. The longest of them come first. */
export const longFiles = [
  'test/docs/guides.test.ts',
  'test/package/plain-application.test.ts',
  'test/local/start-modes.test.ts',
  'test/local/start.test.ts',
  'test/local/start-sqs.test.ts',
  'test/functions/http/routes/route-costs.test.ts',
  'test/migrations/routines/pairs.test.ts',
  'test/chaos/killed-consumers.test.ts',
  'test/queue/drain/parts.test.ts',
  'test/runtime/consumer.test.ts',
  'test/chaos/poison.test.ts',
  'test/chaos/killed-forwarders.test.ts',
  'test/functions/deployed.test.ts',
  'test/migrations/routines/receipts/receipt-plans.test.ts',
  'test/queue/drain/hand-over.test.ts',
  'test/local/strangers.test.ts',
  'test/queue/declare/timing/every-zone.test.ts',
  'test/cli/same-either-way.test.ts',
  'test/migrations/routines/plans.test.ts',
  'test/cli/examples.test.ts',
  'test/runtime/modes.test.ts',
  'test/queue/drain/lingering-handlers.test.ts',
];

const ranks = new Map(longFiles.map((file, rank) => [join(projectRoot, file), rank]));
const rankOf = ({ moduleId }: TestSpecification) => ranks.get(moduleId) ?? longFiles.length;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}
