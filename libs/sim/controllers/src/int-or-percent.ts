/**
 * intstr.GetScaledValueFromIntOrPercent: a number as it is, a percentage (`25%`) of `total`, rounded up or down.
 * A text that is neither counts as zero (validation keeps those out of the store).
 */
export function scaledValue(value: number | string | undefined, total: number, roundUp: boolean): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  if (!/^\d+%$/.test(value)) return 0;
  const exact = (Number(value.slice(0, -1)) * total) / 100;
  return roundUp ? Math.ceil(exact) : Math.floor(exact);
}
