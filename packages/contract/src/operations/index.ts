import type { Operation } from '../operation.ts';
import { account } from './account.ts';
import { accounts } from './accounts.ts';
import { anomalies } from './anomalies.ts';
import { apiKeys } from './api-keys.ts';
import { audit } from './audit.ts';
import { browser } from './browser.ts';
import { cliAuth } from './cli-auth.ts';
import { computerUse } from './computer-use.ts';
import { credits } from './credits.ts';
import { customDomains } from './custom-domains.ts';
import { egress } from './egress.ts';
import { executions } from './executions.ts';
import { files } from './files.ts';
import { invitations } from './invitations.ts';
import { members } from './members.ts';
import { oauth } from './oauth.ts';
import { pty } from './pty.ts';
import { recordings } from './recordings.ts';
import { sandboxTokens } from './sandbox-tokens.ts';
import { serviceAccounts } from './service-accounts.ts';
import { sessions } from './sessions.ts';
import { shares } from './shares.ts';
import { snapshots } from './snapshots.ts';
import { sshKeys } from './ssh-keys.ts';
import { tapes } from './tapes.ts';
import { templates } from './templates.ts';
import { trustPolicies } from './trust-policies.ts';
import { usage } from './usage.ts';
import { vaults } from './vaults.ts';
import { vms } from './vms.ts';
import { volumes } from './volumes.ts';
import { webhooks } from './webhooks.ts';

/** Every noun of the API, in the order of the published contract; what we add comes last. */
export const nouns = {
  sessions,
  executions,
  files,
  account,
  credits,
  apiKeys,
  sshKeys,
  audit,
  vms,
  snapshots,
  templates,
  volumes,
  egress,
  shares,
  customDomains,
  browser,
  computerUse,
  recordings,
  pty,
  vaults,
  tapes,
  webhooks,
  cliAuth,
  oauth,
  accounts,
  members,
  invitations,
  serviceAccounts,
  usage,
  anomalies,
  trustPolicies,
  sandboxTokens,
};

/** Every operation. A fixed path comes before one whose parameter would match it. */
export const operations: readonly Operation[] = Object.values(nouns).flatMap((noun) =>
  Object.values<Operation>(noun),
);

export {
  account,
  accounts,
  anomalies,
  apiKeys,
  audit,
  browser,
  cliAuth,
  computerUse,
  credits,
  customDomains,
  egress,
  executions,
  files,
  invitations,
  members,
  oauth,
  pty,
  recordings,
  sandboxTokens,
  serviceAccounts,
  sessions,
  shares,
  snapshots,
  sshKeys,
  tapes,
  templates,
  trustPolicies,
  usage,
  vaults,
  vms,
  volumes,
  webhooks,
};
