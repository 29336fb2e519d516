/** What one system did in one round of a workload: what the report is made of. */
export interface Entry {
  readonly workload: string;
  /** Of the workload, such as "20 ms"; empty where it has no variants. */
  readonly variant: string;
  readonly system: string;
  readonly round: number;
  /** Left out where it could not be measured. */
  readonly values: Readonly<Record<string, number>>;
}
