import { credits } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import type { Credits } from '../credits.ts';

export const getAllocation = (deps: { credits: Credits }) =>
  bind(credits.allocation, async ({ principal }) => {
    const { overage: _, ...allocation } = await deps.credits.statement(principal, 'current_month');
    return allocation;
  });
