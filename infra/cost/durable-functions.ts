// What Lambda's durable functions take for the steps of a month, as a measure of what steps cost here. The time of the functions comes on
// top of it, there as here.
import { stepResultBytes } from './assumptions.ts';
import { inPostgres } from './in-postgres.ts';
import { daysOfMonth, type Load } from './load.ts';
import prices from './prices.json' with { type: 'json' };

/** In USD, for operations and for what they write and keep. */
export function durableFunctionsCost(load: Load): number {
  const { millionOperations, writtenGigabyte, retainedGigabyteMonth } = prices.durableFunctions;
  const { messages, steps, payloadBytes, keepDays } = load;
  const executions = messages * inPostgres(load).carried;
  // That it begins is one, too.
  const operations = (executions * (1 + steps)) / 1e6;
  const gigabytes = (executions * (payloadBytes + steps * stepResultBytes)) / 1e9;
  const retained = gigabytes * (keepDays / daysOfMonth) * retainedGigabyteMonth;
  return operations * millionOperations + gigabytes * writtenGigabyte + retained;
}
