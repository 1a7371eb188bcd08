import { z } from 'zod';
import { timestamp } from './fields.ts';

const standing = z
  .object({
    limit: z.number(),
    used: z.number().describe('What machines that run hold included.'),
    reserved: z
      .number()
      .describe(
        'Of `used`: held for machines that run, for their lifetime; what they do not take comes back.',
      ),
    remaining: z.number(),
    of: z.enum(['key', 'account']).describe("Whose use it bounds; a key's counts for its whole rotation."),
    source: z.enum(['key', 'account', 'operator', 'server']).describe('Who set it.'),
    renews_at: timestamp.nullable().describe('The next calendar month (UTC); null for machines at once.'),
  })
  .meta({ id: 'QuotaStanding' });

/** Of each quota the bound that leaves least. */
export const quotaStandings = z
  .object({ machines: standing, vm_seconds: standing, executions: standing })
  .meta({ id: 'QuotaStandings' });
