/** One line of a chart, with a value for each instant; null where there is none. */
export interface Line {
  readonly name: string;
  /** A colour of styles/tokens.css, such as `--good`. */
  readonly colour: string;
  readonly isDashed?: boolean;
  readonly values: readonly (number | null)[];
}
