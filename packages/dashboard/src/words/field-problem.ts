/** The server's messages go on after the name of their field, or are sentences of their own. */
export function fieldProblem(name: string, problem: string): string {
  const words = /^[a-z]/.test(problem) ? `${name} ${problem}` : problem;
  return /[.?!]$/.test(words) ? words : `${words}.`;
}
