const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `2.0KB`: in steps of 1024, as the published program counts. */
export function bytesInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${value}B` : `${value.toFixed(1)}${UNITS[unit]}`;
}

/** Dollars and hours, to four places. */
export function amount(value: number): string {
  return value.toFixed(4);
}

/** Up to one place. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
