import { z } from 'zod';
import { ANOMALY_KINDS } from '../anomaly-kinds.ts';
import { namesOf } from '../states.ts';
import { environment, integerIdParam, textId, timestamp } from './fields.ts';

export const anomalyQuery = z.object({
  status: z.enum(['open', 'quiet', 'resolved', 'all']).optional().meta({ default: 'open' }),
  key_id: integerIdParam.optional(),
});

export const anomalyParams = z.object({ anomaly_id: textId });

export const anomaly = z
  .object({
    id: z.string(),
    kind: z.enum(namesOf(ANOMALY_KINDS)),
    status: z.enum(['open', 'quiet', 'resolved']),
    sentence: z.string().describe('What was seen and what it was compared with.'),
    figures: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
    api_key_id: z.int(),
    key_prefix: z.string(),
    key_label: z.string().nullable(),
    environment: environment.nullable(),
    first_seen_at: timestamp,
    last_seen_at: timestamp,
    count: z.int(),
    quarantined: z.boolean().describe('The key was disabled because of it.'),
    quiet_until: timestamp.nullable(),
    resolved_at: timestamp.nullable(),
    resolved_by: z.string().nullable(),
  })
  .meta({ id: 'Anomaly' });

export const anomalyQuiet = z
  .strictObject({
    days: z
      .int()
      .min(1)
      .max(365)
      .nullish()
      .meta({ default: 30 })
      .describe('How long the like is not raised.'),
  })
  .meta({ id: 'AnomalyQuiet' });
