import type { Group } from '../bench.ts';
import { acceptFigures } from './accept.ts';
import { anomalyFigures } from './anomalies.ts';
import { decisionFigures } from './decision.ts';
import { soakFigures } from './soak.ts';
import { usagePageFigures } from './usage-page.ts';
import { webhookFigures } from './webhooks.ts';

/** What `npm run bench -- limits` measures, one file a group beside this one. */
export const limitGroups: Record<string, Group> = {
  'limits:decision': decisionFigures,
  'limits:accept': acceptFigures,
  'limits:anomalies': anomalyFigures,
  'limits:usage-page': usagePageFigures,
  'limits:webhooks': webhookFigures,
  'limits:soak': soakFigures,
};
