/** One line of the table that `bench` prints. */
export interface Row {
  readonly what: string;
  readonly value: string;
}
