/** Whose requests a layer counts together; also what its policies are called in the answer's headers. */
export type LayerName = 'key' | 'environment' | 'account' | 'operator';

/** Who set a limit, and so who can raise it. */
export type LimitSource = 'key' | 'environment' | 'account' | 'server' | 'operator';
