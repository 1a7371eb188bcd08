/** Times of two kinds of input, one of each measured right after the other: what disturbs one disturbs both. */
export interface Pairs {
  /** Nanoseconds of the first kind less those of the second, a pair each. */
  differences: Float64Array;
  /** The slower of each pair, in nanoseconds. */
  slower: Float64Array;
}

export interface PairedResult {
  /** How many pairs were left after cropping. */
  pairs: number;
  meanNs: number;
  /** Student's t of the mean difference: beyond 4.5 a difference is taken for real (the dudect method). */
  t: number;
}

/**
 * Runs `work` on `count` pairs of inputs, whose making is not timed. Which of a pair is made first, and which runs
 * first, is by chance: the later one has the warmer caches.
 */
export function measurePairs<T>(
  count: number,
  [makeA, makeB]: readonly [() => T, () => T],
  work: (input: T) => unknown,
): Pairs {
  const differences = new Float64Array(count);
  const slower = new Float64Array(count);
  const time = (input: T) => {
    const began = performance.now();
    work(input);
    return (performance.now() - began) * 1e6;
  };
  for (let pair = 0; pair < count; pair++) {
    let a: T | undefined;
    if (Math.random() < 0.5) a = makeA();
    const b = makeB();
    a ??= makeA();
    const isFirstFirst = Math.random() < 0.5;
    const one = time(isFirstFirst ? a : b);
    const two = time(isFirstFirst ? b : a);
    differences[pair] = isFirstFirst ? one - two : two - one;
    slower[pair] = Math.max(one, two);
  }
  return { differences, slower };
}

/** Without the pairs in which something else ran: all above this share of the slower times. */
export function cropped({ differences, slower }: Pairs, share: number): Float64Array {
  const limit = Float64Array.from(slower).sort()[Math.floor((slower.length - 1) * share)]!;
  return differences.filter((_, pair) => slower[pair]! <= limit);
}

export function pairedT(differences: Float64Array): PairedResult {
  const { length } = differences;
  const mean = differences.reduce((sum, value) => sum + value, 0) / length;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (length - 1);
  return { pairs: length, meanNs: mean, t: mean / Math.sqrt(variance / length) };
}

/** 99 % interval of the mean difference, from resampled pairs. */
export function bootstrap(differences: Float64Array, rounds: number): { lowNs: number; highNs: number } {
  const means = Float64Array.from({ length: rounds }, () => {
    let sum = 0;
    for (let i = 0; i < differences.length; i++) {
      sum += differences[Math.floor(Math.random() * differences.length)]!;
    }
    return sum / differences.length;
  }).sort();
  const at = (share: number) => means[Math.floor((rounds - 1) * share)]!;
  return { lowNs: at(0.005), highNs: at(0.995) };
}
