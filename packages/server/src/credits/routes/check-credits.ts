import { credits } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { type Credits, NO_BROWSER } from '../credits.ts';

/** Says whether so many dollars are left in this month. It holds nothing back. */
export const checkCredits = (deps: { credits: Credits }) =>
  bind(credits.check, async ({ principal }, { query }) => {
    const { usage_type, required_credits: required } = query;
    const { month, dollars } = await deps.credits.dollarsOfMonth(principal);
    const { allocated, remaining } = usage_type === 'browser_automation' ? NO_BROWSER : dollars;
    const shortage = Math.max(0, required - remaining);
    const left = `${remaining} of ${allocated} dollars are left in ${month.name} (UTC)`;
    const reason =
      usage_type === 'browser_automation'
        ? 'There is no browser automation in this version, and nothing is allocated for it.'
        : shortage === 0
          ? `${left}.`
          : `${left}, and ${required} are asked for: ${shortage} too few. This server's operator can raise the allocation: instavmd accounts limits.`;
    return {
      available: shortage === 0,
      usage_type,
      required_credits: required,
      remaining_credits: remaining,
      shortage,
      reason,
    };
  });
