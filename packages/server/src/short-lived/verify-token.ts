import { errors, jwtVerify } from 'jose';
import { type IssuerKeys, IssuerUnreachableError, type KeySource } from './issuer-keys.ts';
import { ALGORITHMS } from './subject-token.ts';

/**
 * Whether the issuer of this source has signed a token: `unreachable` where its keys could not be had. Times, audience
 * and subject are not asked here.
 */
export async function isSignedBy(
  keys: IssuerKeys,
  source: KeySource,
  token: string,
): Promise<{ signed: boolean } | { unreachable: IssuerUnreachableError }> {
  try {
    await jwtVerify(token, keys.of(source), {
      algorithms: [...ALGORITHMS],
      issuer: source.issuer,
      // Judged by `timesProblem`, which says more.
      currentDate: new Date(0),
      clockTolerance: Number.MAX_SAFE_INTEGER,
    });
    return { signed: true };
  } catch (error) {
    if (error instanceof IssuerUnreachableError) return { unreachable: error };
    if (error instanceof errors.JOSEError || isUnusableKey(error)) return { signed: false };
    throw error;
  }
}

/** A key that the platform does not take: of a wrong form, or too short. */
function isUnusableKey(error: unknown): boolean {
  return error instanceof TypeError || error instanceof DOMException;
}
