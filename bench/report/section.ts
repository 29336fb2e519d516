// How a part of the report is put together.

export interface Section {
  readonly workload: string;
  readonly title: string;
  readonly about: string;
  readonly columns: readonly Column[];
  /** The value by which systems are compared, and whether more of it is better. */
  readonly compared?: { readonly value: string; readonly moreIsBetter: boolean };
  /** The variant that the others are compared with, system by system. */
  readonly against?: string;
}

export interface Column {
  readonly heading: string;
  readonly value: string;
  readonly digits: number;
  readonly factor?: number;
  readonly spread?: boolean;
}
