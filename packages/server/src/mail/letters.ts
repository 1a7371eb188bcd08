import type { Letter } from './letter.ts';

const NOT_YOU = 'If you did not ask for it, you need not do anything.';

export function invitationLetter(offer: {
  accountName: string;
  inviterName: string;
  role: string;
  expiresAt: string;
  url: string;
}): Letter {
  return {
    subject: `${offer.inviterName} invites you to ${offer.accountName}`,
    paragraphs: [
      `${offer.inviterName} invites you to join ${offer.accountName} on InstaVM as ${offer.role}.`,
      `The link works once, until ${day(offer.expiresAt)}.`,
    ],
    action: { label: 'Accept the invitation', url: offer.url },
    footnote: 'If you do not know who this is, leave it: nothing happens without you.',
  };
}

export function verificationLetter(link: { name: string; url: string }): Letter {
  return {
    subject: 'Confirm your e-mail',
    paragraphs: [
      `Hello ${link.name}, please confirm that this e-mail is yours. The link works once, for a day.`,
    ],
    action: { label: 'Confirm this e-mail', url: link.url },
    footnote: NOT_YOU,
  };
}

export function resetLetter(link: { name: string; url: string }): Letter {
  return {
    subject: 'Set a new password',
    paragraphs: [
      `Hello ${link.name}, somebody, probably you, asked to set a new password for InstaVM.`,
      'The link works once, for an hour. Setting a new password ends every sign-in of yours; API keys stay.',
    ],
    action: { label: 'Set a new password', url: link.url },
    footnote: `${NOT_YOU} Your password stays as it is.`,
  };
}

/** What a mail says of a key: never more than its public part. */
export interface KeyInMail {
  id: number;
  prefix: string;
  label: string | null;
  accountName: string;
  url: string;
}

export function keyExpiringLetter(key: KeyInMail, endsAt: string, days: number): Letter {
  return {
    subject: `API key ${nameOf(key)} expires in ${daysInWords(days)}`,
    paragraphs: [
      `The API key ${nameOf(key)} (${key.prefix}…) of ${key.accountName} expires on ${moment(endsAt)}.`,
      'What uses it is refused from then on. Put a new key in its place before: rotating makes one with the same rights, though never with a longer life.',
    ],
    action: { label: 'Open the key', url: key.url },
    footnote: whyKey(key),
  };
}

export function keyIdleLetter(key: KeyInMail, endsAt: string): Letter {
  return {
    subject: `API key ${nameOf(key)} ends unless it is used`,
    paragraphs: [
      `Nothing uses the API key ${nameOf(key)} (${key.prefix}…) of ${key.accountName}. It ends on ${moment(endsAt)} unless it is used before.`,
      'If nobody needs it any more, leave it or revoke it.',
    ],
    action: { label: 'Open the key', url: key.url },
    footnote: whyKey(key),
  };
}

export function keyAnomalyLetter(key: KeyInMail, sentence: string, quarantined: boolean): Letter {
  return {
    subject: `Unusual use of API key ${nameOf(key)}${quarantined ? ': it was disabled' : ''}`,
    paragraphs: [
      `API key ${nameOf(key)} (${key.prefix}…) of ${key.accountName}: ${sentence}`,
      quarantined
        ? 'The key is disabled, as the account asked for in such a case. If it was you, enable it again; if not, rotate it.'
        : 'If it was you, say so on its page, and the like is not reported again. If not, disable or rotate the key now.',
    ],
    action: { label: 'Look into it', url: key.url },
    footnote: whyKey(key),
  };
}

export function keyLeakedLetter(key: KeyInMail): Letter {
  return {
    subject: `API key ${nameOf(key)} leaked and was revoked`,
    paragraphs: [
      `Somebody reported the whole text of API key ${nameOf(key)} (${key.prefix}…) of ${key.accountName}. It was revoked at once, so whatever uses it is refused.`,
      'Put a new key in its place, and look at the audit trail for what was done with this one.',
    ],
    action: { label: 'Open the key', url: key.url },
    footnote: whyKey(key),
  };
}

function nameOf({ label, id }: KeyInMail): string {
  return label ?? `${id}`;
}

function whyKey({ accountName }: KeyInMail): string {
  return `You get this because you answer for this key in ${accountName}.`;
}

function daysInWords(days: number): string {
  return days === 1 ? 'a day' : `${days} days`;
}

function day(time: string): string {
  return time.slice(0, 10);
}

function moment(time: string): string {
  return `${time.slice(0, 10)} at ${time.slice(11, 16)} UTC`;
}
