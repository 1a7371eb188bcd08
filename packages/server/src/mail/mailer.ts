import type { Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';
import { invitationLetter, resetLetter, verificationLetter } from './letters.ts';
import type { Outbox } from './outbox.ts';

/** What others of the server mail by themselves, each in their own transaction. */
export type Mailer = ReturnType<typeof mailerOf>;

type Link = { email: string; name: string; token: string };

/** `url` is where people reach the dashboard. Tokens stand in the fragment, which browsers send to no server. */
export function mailerOf({ outbox, url }: { outbox: Outbox; url: () => string }) {
  return {
    async invitation(
      trx: Transaction<Database>,
      offer: {
        id: number;
        email: string;
        role: string;
        accountName: string;
        inviterName: string;
        expiresAt: string;
        token: string;
      },
      at: string,
    ): Promise<void> {
      const letter = invitationLetter({ ...offer, url: `${url()}/invitation#token=${offer.token}` });
      await outbox.add(
        trx,
        { kind: 'invitation', recipient: offer.email, about: String(offer.id), letter },
        at,
      );
    },
    async reset(trx: Transaction<Database>, { email, name, token }: Link, at: string): Promise<void> {
      const letter = resetLetter({ name, url: `${url()}/reset-password#token=${token}` });
      await outbox.add(trx, { kind: 'reset', recipient: email, about: at, letter }, at);
    },
    async verification(trx: Transaction<Database>, { email, name, token }: Link, at: string): Promise<void> {
      const letter = verificationLetter({ name, url: `${url()}/verify-email#token=${token}` });
      await outbox.add(trx, { kind: 'verification', recipient: email, about: at, letter }, at);
    },
  };
}
