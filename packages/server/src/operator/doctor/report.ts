import type { Check } from './check.ts';

const SIGNS = { ok: '✓', note: '·', problem: '✗' } as const;
const COLOURS = { ok: 32, note: 33, problem: 31 } as const;

/** For people: a line a check and under it what to do. Colours and signs at a terminal, words elsewhere. */
export function doctorText(checks: readonly Check[], isTty: boolean): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, says, todo }) => {
    const mark = isTty ? `\x1b[${COLOURS[state]}m${SIGNS[state]}\x1b[0m` : state.padEnd(7);
    const indent = ' '.repeat((isTty ? 1 : 7) + width + 4);
    return [`${mark}  ${name.padEnd(width)}  ${says}`, ...(todo ? [`${indent}${todo}`] : [])];
  });
  const problems = checks.filter(({ state }) => state === 'problem').length;
  const end =
    problems === 0
      ? 'Everything that was looked at is in order.'
      : `${problems} ${problems === 1 ? 'thing needs' : 'things need'} something done.`;
  return [...lines, '', end].join('\n');
}
