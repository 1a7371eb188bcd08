/**
 * Every kind of event that the audit trail holds, by group, each in a sentence. Pure data without a dependency: the
 * server's types come from it, so that no other kind can be written.
 */
export const AUDIT_EVENTS = {
  account: {
    'account.updated': 'Settings of the account were changed.',
    'account.environment_updated': 'Settings of an environment were changed.',
    'account.limits_set': 'The operator set limits or quotas of the account.',
    'account.closed': 'The account was closed; its keys are refused from then on.',
    'account.suspended': 'The operator suspended the account; its keys are refused from then on.',
    'account.restored': 'The operator lifted the suspension of the account.',
  },
  auth: {
    'auth.signed_in': 'A person signed in at the dashboard.',
    'auth.signed_out': 'A person signed out.',
    'auth.sessions_ended': 'A person ended other sessions of theirs; `ended` says how many.',
    'auth.refused':
      'Requests were refused for their credential, permission, address or limit; `count` says how many.',
  },
  api_key: {
    'api_key.created': 'An API key was created.',
    'api_key.imported': 'The operator imported a key made elsewhere, as a digest.',
    'api_key.updated': 'Settings of an API key were changed.',
    'api_key.disabled': 'An API key was switched off for now.',
    'api_key.enabled': 'An API key was switched on again.',
    'api_key.rotated': 'The successor of an API key was made.',
    'api_key.first_used': 'The successor of an API key was seen working.',
    'api_key.rotation_finished': 'The predecessor of an API key was ended.',
    'api_key.rotation_undone': 'A rotation was taken back before its successor was used.',
    'api_key.handed_over': 'An API key was given another owner.',
    'api_key.revoked': 'An API key was ended for good.',
    'api_key.leaked': 'An API key was reported as leaked and so ended.',
    'api_key.expired': 'The time of an API key was over.',
    'api_key.expiring': 'An API key expires soon; `days` says in how many days at most.',
    'api_key.idle': 'An API key ends soon unless it is used.',
    'api_key.anomaly': 'The use of an API key was unusual; `sentence` says how.',
    'api_key.quarantined': 'An API key was disabled because its use looked like an attack.',
    'api_key.anomaly_quieted': 'Somebody asked not to hear of the like of an anomaly for some days.',
    'api_key.anomaly_resolved': 'Somebody looked into an anomaly and closed it.',
    'api_key.seen_in_url': 'An API key was part of an address, which logs and histories keep.',
    'api_key.sent_in_clear': 'An API key was sent without encryption, so others may have read it.',
  },
  trust_policy: {
    'trust_policy.created': 'Tokens of an issuer were trusted to be exchanged for short-lived API keys.',
    'trust_policy.deleted': 'A trust policy was ended, and the keys that came of it.',
    'trust_policy.handed_over': 'A trust policy was given another owner.',
  },
  sandbox_token: {
    'sandbox_token.created': 'A token of one machine was made.',
    'sandbox_token.revoked':
      'A token of one machine was revoked. Those that end with their machine are not named.',
    'sandbox_token.expired': 'The time of a token of one machine was over.',
  },
  ssh_key: {
    'ssh_key.added': 'A public SSH key was added.',
    'ssh_key.removed': 'A public SSH key was removed.',
  },
  vm: {
    'vm.created': 'A machine was asked for.',
    'vm.terminated': 'A machine ended; `reason` says why.',
  },
  session: {
    'session.started': 'A session with a machine began.',
    'session.renewed': 'A session was given more time.',
    'session.ended': 'A session ended; `reason` says why.',
  },
  execution: {
    'execution.completed': 'A program ran on a machine to its end.',
  },
  webhook_endpoint: {
    'webhook_endpoint.created': 'A webhook endpoint was added.',
    'webhook_endpoint.updated': 'Settings of a webhook endpoint were changed.',
    'webhook_endpoint.verified': 'A webhook endpoint answered its challenge.',
    'webhook_endpoint.secret_rotated': 'The secret of a webhook endpoint was replaced.',
    'webhook_endpoint.disabled': 'A webhook endpoint was switched off by the server; `reason` says why.',
    'webhook_endpoint.deleted': 'A webhook endpoint was removed.',
    'webhook_endpoint.tested': 'A test event was sent to a webhook endpoint.',
    'webhook_endpoint.replayed': 'A delivery to a webhook endpoint was sent again.',
  },
  person: {
    'person.created': 'A person was made, with an account of their own.',
    'person.sign_up_refused': 'Somebody tried to sign up with the e-mail of this person, who exists.',
    'person.email_verified': 'A person proved that their e-mail is theirs.',
    'person.password_reset': 'A person set a new password through a link from their e-mail or the operator.',
    'person.updated': 'The name, e-mail or password of a person was changed.',
  },
  member: {
    'member.added': 'A person joined the account.',
    'member.updated': 'The role of a member was changed.',
    'member.suspended': 'A member was suspended; their keys are refused from then on.',
    'member.restored': 'The suspension of a member was lifted.',
    'member.sessions_ended': 'The sign-ins of a member were ended by somebody else.',
    'member.removed': 'A member was removed or left; their keys were handed over or ended.',
  },
  invitation: {
    'invitation.created': 'Somebody was invited to the account.',
    'invitation.accepted': 'An invitation was accepted.',
    'invitation.revoked': 'An invitation was taken back.',
  },
  service_account: {
    'service_account.created': 'A service account was made.',
    'service_account.updated': 'The name or role of a service account was changed.',
    'service_account.suspended': 'A service account was suspended; its keys are refused from then on.',
    'service_account.restored': 'The suspension of a service account was lifted.',
    'service_account.deleted': 'A service account was deleted; its keys were ended.',
  },
  server: {
    'server.pepper_rotated': 'The operator made a new version of the secret that key digests are made with.',
    'server.pepper_retired':
      'The operator had the server forget an old version of the secret; `ended` keys that needed it were ended.',
    'server.rates_set': 'The operator set what machines cost.',
    'server.backup_made': 'The operator made a backup.',
    'server.restored': 'The operator put a backup in place.',
  },
} as const;

export type AuditEventGroup = keyof typeof AUDIT_EVENTS;

export type AuditEventType = {
  [Group in AuditEventGroup]: keyof (typeof AUDIT_EVENTS)[Group] & string;
}[AuditEventGroup];

export const AUDIT_EVENT_GROUPS = Object.keys(AUDIT_EVENTS) as readonly AuditEventGroup[];

/** The kinds of one group, in the table's order. */
export function auditEventsOf(group: AuditEventGroup): AuditEventType[] {
  return Object.keys(AUDIT_EVENTS[group]) as AuditEventType[];
}

export const AUDIT_EVENT_TYPES: readonly AuditEventType[] = AUDIT_EVENT_GROUPS.flatMap(auditEventsOf);

const groupsByType = new Map<string, AuditEventGroup>(
  AUDIT_EVENT_GROUPS.flatMap((group) => auditEventsOf(group).map((type) => [type, group] as const)),
);

export function isAuditEventType(text: string): text is AuditEventType {
  return groupsByType.has(text);
}

/** Null for a kind that this version does not know. */
export function groupOfAuditEvent(type: string): AuditEventGroup | null {
  return groupsByType.get(type) ?? null;
}

/** The published words for how something went. This version writes `success` and, for what was refused, `denied`. */
export const AUDIT_STATUSES = ['success', 'failure', 'error', 'denied', 'pending', 'started'] as const;

export type AuditStatus = (typeof AUDIT_STATUSES)[number];

/** Who did it. `unknown`: whoever sent a credential that proves nothing. */
export const AUDIT_ACTORS = ['api_key', 'sandbox_token', 'person', 'operator', 'system', 'unknown'] as const;

export type AuditActorType = (typeof AUDIT_ACTORS)[number];

/** What is wrong with the first bad event. */
export const CHAIN_FAULTS = {
  changed: 'Its content does not match its hash: it was changed.',
  missing: 'There is no event of this number: it was removed.',
  not_linked:
    'It does not follow on the event before it: that one was changed with its hash, or events between them were removed or put in.',
  inserted: 'It lies outside the numbers that were given: it was put in.',
  head_changed:
    'The record of the newest event names another hash: events were removed, or that record was changed.',
  known_head_missing: 'The head that you noted is not part of the chain: history was rewritten.',
} as const;

export type ChainFault = keyof typeof CHAIN_FAULTS;

/** Number and hash of an event, as `head` of a verification. */
export const KNOWN_HEAD = /^[1-9]\d{0,14}:[0-9a-f]{64}$/;
