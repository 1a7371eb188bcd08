/** The server's messages go on after the name of their field, or are sentences of their own. */
export function fieldProblem(name: string, problem: string): string {
  return closed(/^[a-z]/.test(problem) ? `${name} ${problem}` : problem);
}

/** Of the places where people sign in: the server's messages there are whole, but for their capital and full stop. */
export const wholeProblem = (problem: string) => closed(problem.charAt(0).toUpperCase() + problem.slice(1));

const closed = (words: string) => (/[.?!]$/.test(words) ? words : `${words}.`);
