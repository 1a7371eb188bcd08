/**
 * Measures every contestant once a round, in an order that moves on by one each time: what else the machine does
 * then falls on all of them. The first round, in which code gets compiled, is thrown away.
 */
export async function alternate<Name extends string, Result>(
  rounds: number,
  contestants: Record<Name, () => Promise<Result>>,
): Promise<Record<Name, Result[]>> {
  const names = Object.keys(contestants) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length]!;
      const result = await contestants[name]();
      if (round > 0) results[name].push(result);
    }
  }
  return results;
}
