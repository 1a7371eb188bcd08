import type { AnomalyKind } from '@instavm/contract';
import type { Figures } from './finding.ts';

/** What was seen and what it was compared with, for a person. */
export function sentenceOf(kind: AnomalyKind, figures: Figures): string {
  return SENTENCES[kind](figures);
}

const SENTENCES: Record<AnomalyKind, (figures: Figures) => string> = {
  new_place: (of) =>
    `First use from ${of.network}; on ${counted(of.days_of_use, 'day')} of use it came from ${known(of, 'place')}.`,
  new_client: (of) =>
    `First use by ${of.client}; on ${counted(of.days_of_use, 'day')} of use it was used by ${known(of, 'program')}.`,
  awake: (of) =>
    `Used again after ${counted(of.days_unused, 'day')}; the longest sleep before was ${
      of.longest_before_days === 0 ? 'less than a day' : counted(of.longest_before_days, 'day')
    }.`,
  rate: (of) =>
    `${counted(of.requests, 'request')} in ${of.minutes} minutes; usually at most ${number(of.usually_at_most)}.`,
  refusals: (of) =>
    of.cause === 'guesses'
      ? `${counted(of.refused, 'wrong secret')} tried with its public id in ${of.minutes} minutes; none was right.`
      : `${counted(of.refused, 'request')} ${
          of.cause === 'limit' ? 'refused by a limit' : 'refused with 401 or 403'
        } in ${of.minutes} minutes; usually ${of.usually_at_most === 0 ? 'none' : `at most ${number(of.usually_at_most)}`}.`,
  two_places: (of) =>
    `Used in turn from ${of.network} and ${of.other_network}: ${counted(of.changes, 'change')} within ${counted(of.minutes, 'minute')}; usually it is in one place at a time.`,
  wrong_environment: (of) =>
    of.is_inside === 'yes'
      ? `A key of ${of.environment} was used from ${of.network}, in the networks of ${of.networks_of}.`
      : `A key of ${of.environment} was used from ${of.network}, outside the networks of ${of.environment} that it was used from before.`,
};

function known({ usual, others }: Figures, noun: string): string {
  return others === 0 ? `${usual} alone` : `${usual} and ${counted(others, `other ${noun}`)}`;
}

function counted(count: Figures[string] | undefined, noun: string): string {
  return `${number(count)} ${noun}${Number(count) === 1 ? '' : 's'}`;
}

const ENGLISH = new Intl.NumberFormat('en-US');

function number(value: Figures[string] | undefined): string {
  return typeof value === 'number' ? ENGLISH.format(value) : String(value);
}
