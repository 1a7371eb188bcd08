/** A refusal in one line for the operator: what and what to do. */
export class OperatorError extends Error {
  override name = 'OperatorError';
}
