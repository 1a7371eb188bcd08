/** One line of the table: what was measured, beside what, and how far it may be. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What it is compared with in the same run; null for a plain bound. */
  beside: { name: string; value: number } | null;
  /** The ratio to `beside`, or the value itself. */
  measure: number;
  /** Null for a figure that only says what another one is above. */
  target: { at: 'most' | 'least'; bound: number } | null;
}

export function figure(
  name: string,
  value: number,
  unit: string,
  target: Figure['target'],
  beside: Figure['beside'] = null,
): Figure {
  return { name, value, unit, beside, measure: beside ? value / beside.value : value, target };
}

/** Two lists of alternating rounds. The ratio is the median of the rounds' own, which a slowing machine does not move. */
export function pairedFigure(
  name: string,
  ours: number[],
  unit: string,
  target: Figure['target'],
  beside: { name: string; values: number[] },
): Figure {
  const ratios = ours.map((value, round) => value / beside.values[round]!);
  return {
    ...figure(name, median(ours), unit, target, { name: beside.name, value: median(beside.values) }),
    measure: median(ratios),
  };
}

/** Null without a target. */
export function isMet({ measure, target }: Figure): boolean | null {
  if (!target) return null;
  return target.at === 'most' ? measure <= target.bound : measure >= target.bound;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The value below which `share` of them lie. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function table(figures: Figure[]): string {
  const rows = figures.map((one) => [
    one.name,
    `${round(one.value)} ${one.unit}`,
    one.beside ? `${one.beside.name}: ${round(one.beside.value)} ${one.unit}` : '',
    one.beside ? `${round(one.measure)} x` : '',
    one.target
      ? `${one.target.at === 'most' ? '<=' : '>='} ${one.target.bound}${one.beside ? ' x' : ` ${one.unit}`}`
      : '',
    { true: 'met', false: 'missed', null: '' }[String(isMet(one)) as 'true' | 'false' | 'null'],
  ]);
  const all = [['Figure', 'Measured', 'Beside', 'Ratio', 'Target', ''], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

/** Two decimals, and two digits where that would be nothing. */
function round(value: number): number {
  return Math.abs(value) >= 0.1 || value === 0 ? Math.round(value * 100) / 100 : Number(value.toPrecision(2));
}
