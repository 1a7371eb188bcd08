const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** A span in words, in its largest whole unit: `3 days`, `1 hour`, `less than a minute`. */
export function spanWords(ms: number): string {
  for (const [unit, size] of UNITS) {
    // A moment short of ten days is ten days to people.
    const count = Math.floor(ms / size + 0.02);
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return 'less than a minute';
}
