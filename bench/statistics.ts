/** The few statistics that the benchmarks report. */

/** The middle value; the mean of the two middle ones of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The geometric mean of positive values. NaN of none. */
export function geometricMean(values: readonly number[]): number {
  const logarithms = values.reduce((sum, value) => sum + Math.log(value), 0);
  return Math.exp(logarithms / values.length);
}
