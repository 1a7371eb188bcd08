import { z } from 'zod';

export const FORMAT_VERSION = 1;

/** Names inside a backup, in their order. `pepper.json` is missing in one made `--without-pepper`. */
export const HEADER = 'header.json';
export const DATABASE = 'instavm.db';
export const PEPPER = 'pepper.json';
export const SUMS = 'SHA256SUMS';

const pepperVersion = z.object({
  /** Of the secret; see `pepperFingerprint`. */
  fingerprint: z.string(),
  /** Keys of the database that can be checked with this version alone. */
  live_keys: z.int(),
});

/** What a backup says of itself before anything of it is used. */
export const backupHeader = z.object({
  product: z.literal('instavm'),
  format: z.int(),
  created_at: z.iso.datetime(),
  /** Migrations that the database has had, in order. */
  migrations: z.array(z.string()).min(1),
  pepper: z.object({
    included: z.boolean(),
    versions: z.record(z.string().regex(/^[1-9]\d{0,5}$/), pepperVersion),
  }),
  counts: z.object({ people: z.int(), live_keys: z.int() }),
});

export type BackupHeader = z.output<typeof backupHeader>;
