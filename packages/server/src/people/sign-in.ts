import { betterAuth } from 'better-auth';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, type PasswordHasher } from './password.ts';
import { SESSION_COOKIE } from './session-cookie.ts';
import { DEFAULT_LIMITS } from './session-rules.ts';
import { PEER_ADDRESS_HEADER, SIGN_IN_PATH } from './sign-in-path.ts';

const SESSION_SECONDS = DEFAULT_LIMITS.session_max_hours * 3600;

export interface SignInDeps {
  db: Kysely<Database>;
  secret: string;
  passwords: PasswordHasher;
  baseUrl: string;
  now(): number;
}

export type SignIn = ReturnType<typeof signInOf>;

/**
 * Password sign-in and sessions of people. Nobody signs up here: people are made by `People` alone. Origins are checked at the door (`http/door.ts`), once for everything under `/app`.
 */
export function signInOf(deps: SignInDeps) {
  return betterAuth({
    appName: 'InstaVM',
    baseURL: deps.baseUrl,
    basePath: SIGN_IN_PATH,
    secret: deps.secret,
    telemetry: { enabled: false },
    database: { db: deps.db, type: 'sqlite', transaction: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH_MIN,
      maxPasswordLength: PASSWORD_LENGTH_MAX,
      password: {
        hash: (password) => deps.passwords.hash(password),
        verify: ({ hash, password }) => deps.passwords.verify(hash, password),
      },
    },
    // Attempts are counted in throttle.ts, for every way in which a password can be tried.
    rateLimit: { enabled: false },
    session: {
      modelName: 'person_session',
      // The row's own bound until it is first used; `session-rules.ts` decides before.
      expiresIn: SESSION_SECONDS,
      fields: {
        userId: 'person_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    user: {
      modelName: 'person',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    account: {
      modelName: 'person_credential',
      fields: {
        userId: 'person_id',
        providerId: 'provider_id',
        accountId: 'provider_account_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'person_verification',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    advanced: {
      database: { generateId: 'serial' },
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { ipAddressHeaders: [PEER_ADDRESS_HEADER] },
      useSecureCookies: false,
      cookies: {
        session_token: {
          name: SESSION_COOKIE,
          attributes: { secure: true, httpOnly: true, sameSite: 'lax', path: '/' },
        },
      },
    },
    databaseHooks: {
      session: {
        create: {
          // By the server's clock, which judges the session later.
          before: async (session) => {
            const createdAt = new Date(deps.now());
            const expiresAt = new Date(deps.now() + SESSION_SECONDS * 1000);
            return { data: { ...session, createdAt, updatedAt: createdAt, expiresAt } };
          },
        },
      },
    },
    logger: { disabled: true },
  });
}
