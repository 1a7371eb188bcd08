import { hash, verify } from '@node-rs/argon2';
import { ApiError } from '../http/errors.ts';

/** Argon2id with 19 MiB and two passes (OWASP's first choice); `Algorithm.Argon2id` is 2. */
const OPTIONS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** At most this many at once, so that a flood of logins cannot take the machine from the key checks. */
const CONCURRENT_MAX = 2;

/** And at most this many in line, about half a second of work: who comes later is told so instead of waiting. */
const WAITING_MAX = 100;

/** Throws ApiError while too many wait. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hashed: string, password: string): Promise<boolean>;
}

export function passwordHasher(): PasswordHasher {
  let running = 0;
  const waiting: (() => void)[] = [];
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting.length >= WAITING_MAX) {
      throw new ApiError('rate_limit_exceeded', 'Too many people sign in at this moment. Try again in 2 s.', {
        headers: { 'retry-after': '2' },
      });
    }
    if (running >= CONCURRENT_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }
  return {
    hash: (password) => inTurn(() => hash(password, OPTIONS)),
    verify: (hashed, password) => inTurn(() => verify(hashed, password)),
  };
}

export const PASSWORD_LENGTH_MIN = 10;
export const PASSWORD_LENGTH_MAX = 128;
