import { type DailyRequests, readDailyRequests } from './daily-requests.ts';
import { ApiError, readError } from './errors.ts';
import type {
  Account,
  AccountChoice,
  AccountUpdate,
  Anomaly,
  ApiKey,
  ApiKeyCreate,
  ApiKeyUpdate,
  ClosedAccount,
  CreatedApiKey,
  CreatedInvitation,
  CreatedSandboxToken,
  CreatedWebhookEndpoint,
  EnvironmentSettings,
  EnvironmentSettingsUpdate,
  ExplainRequest,
  Explanation,
  Invitation,
  InvitationOffer,
  KeyRotation,
  KeyUsage,
  Machine,
  MachineDraft,
  Member,
  MemberSession,
  PasswordChange,
  Person,
  Readiness,
  RemovedMember,
  RevokedApiKey,
  RotatedApiKey,
  Run,
  RunResult,
  SandboxToken,
  SandboxTokenCreate,
  ServiceAccount,
  SignInSession,
  TrustPolicy,
  TrustPolicyCreate,
  Usage,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointCreate,
  WebhookEndpointUpdate,
  Whoami,
} from './types.ts';

const key = (id: number) => `/app/v1/api-keys/${id}`;

const webhook = (id: string) => `/app/v1/webhooks/endpoints/${encodeURIComponent(id)}`;

const tokens = (vmId: string) => `/app/v1/vms/${encodeURIComponent(vmId)}/tokens`;

/** The one file between the pages and the server. The session cookie goes along by itself. */
export const api = {
  firstRun: () => call<{ open: boolean }>('GET', '/app/first-run'),
  createFirstPerson: (person: { token: string; name: string; email: string; password: string }) =>
    call<{ user: Person }>('POST', '/app/first-run', person),
  session: async () => (await call<{ user: Person } | null>('GET', '/app/auth/get-session'))?.user ?? null,
  signIn: (who: { email: string; password: string }) => call('POST', '/app/auth/sign-in/email', who),
  signOut: () => call('POST', '/app/auth/sign-out', {}),
  /** Proves that who asks is who signed in; refreshes the sign-in for what needs a recent one. */
  confirmPassword: (password: string) => call('POST', '/app/auth/confirm', { password }),
  /** Whether people may make themselves here. */
  signUpOpen: async () => (await call<{ open: boolean }>('GET', '/app/auth/sign-up')).open,
  /** The same answer whether or not the e-mail is in use; it signs nobody in. */
  signUp: (person: { name: string; email: string; password: string }) =>
    call('POST', '/app/auth/sign-up', person),
  /** Whether this server mails links for new passwords. */
  resetByMail: async () => (await call<{ by_mail: boolean }>('GET', '/app/auth/reset')).by_mail,
  /** The same answer whether or not somebody has the e-mail. */
  forgotPassword: (email: string) => call('POST', '/app/auth/forgot-password', { email }),
  resetPassword: (by: { token: string; password: string }) => call('POST', '/app/auth/reset-password', by),
  verifyEmail: (token: string) => call('POST', '/app/auth/verify-email', { token }),
  mailVerification: () => call('POST', '/app/me/verification', {}),
  sessions: () => call<SignInSession[]>('GET', '/app/me/sessions'),
  endSession: (id: number) => call('DELETE', `/app/me/sessions/${id}`),
  endOtherSessions: () => call<{ ended_sessions: number }>('DELETE', '/app/me/sessions'),
  changePassword: (change: PasswordChange) =>
    call<{ ended_sessions: number }>('POST', '/app/me/password', change),
  whoami: () => call<Whoami>('GET', '/app/v1/whoami'),

  keys: () => call<ApiKey[]>('GET', '/app/v1/api-keys/?status=all'),
  key: (id: number) => call<ApiKey>('GET', key(id)),
  createKey: (draft: ApiKeyCreate, idempotencyKey: string) =>
    call<CreatedApiKey>('POST', '/app/v1/api-keys/', draft, { 'idempotency-key': idempotencyKey }),
  updateKey: (id: number, change: ApiKeyUpdate) => call<ApiKey>('PATCH', key(id), change),
  revokeKey: (id: number) => call<RevokedApiKey>('DELETE', key(id)),
  disableKey: (id: number) => call<ApiKey>('POST', `${key(id)}/disable`, {}),
  enableKey: (id: number) => call<ApiKey>('POST', `${key(id)}/enable`, {}),
  rotateKey: (id: number, rotation: KeyRotation, idempotencyKey: string) =>
    call<RotatedApiKey>('POST', `${key(id)}/rotate`, rotation, { 'idempotency-key': idempotencyKey }),
  undoRotation: (id: number) => call<ApiKey>('POST', `${key(id)}/rotate/undo`, {}),
  explainKey: (id: number, question: ExplainRequest, signal: AbortSignal) =>
    call<Explanation>('POST', `${key(id)}/explain`, question, {}, signal),
  keyUsage: (id: number, period: string) => call<KeyUsage>('GET', `${key(id)}/usage?period=${period}`),
  usage: (period: string, by: string) => call<Usage>('GET', `/app/v1/usage?period=${period}&by=${by}`),
  /** Of all keys at once: the export is the answer that names every key on every day. */
  dailyRequests: async (): Promise<DailyRequests> => {
    const answer = await send('GET', '/app/v1/usage/export?by=key&period=7d&granularity=day');
    return readDailyRequests(await answer.text(), Date.now());
  },
  /** Those that nobody has looked into. */
  anomalies: () => call<Anomaly[]>('GET', '/app/v1/anomalies'),
  resolveAnomaly: (id: string) => call<Anomaly>('POST', `/app/v1/anomalies/${id}/resolve`, {}),
  quietAnomaly: (id: string, days: number) =>
    call<Anomaly>('POST', `/app/v1/anomalies/${id}/quiet`, { days }),
  webhooks: () => call<WebhookEndpoint[]>('GET', '/app/v1/webhooks/endpoints'),
  webhook: (id: string) => call<WebhookEndpoint>('GET', webhook(id)),
  createWebhook: (draft: WebhookEndpointCreate, idempotencyKey: string) =>
    call<CreatedWebhookEndpoint>('POST', '/app/v1/webhooks/endpoints', draft, {
      'idempotency-key': idempotencyKey,
    }),
  updateWebhook: (id: string, change: WebhookEndpointUpdate) =>
    call<WebhookEndpoint>('PATCH', webhook(id), change),
  deleteWebhook: (id: string) => call<WebhookEndpoint>('DELETE', webhook(id)),
  rotateWebhookSecret: (id: string) =>
    call<CreatedWebhookEndpoint>('POST', `${webhook(id)}/rotate-secret`, {}),
  testWebhook: (id: string) => call<WebhookDelivery>('POST', `${webhook(id)}/test`, {}),
  verifyWebhook: (id: string) =>
    call<WebhookEndpoint & { verified: boolean; reason: string | null }>('POST', `${webhook(id)}/verify`, {}),
  deliveries: (endpointId: string, status: string) =>
    call<WebhookDeliveryPage>(
      'GET',
      `/app/v1/webhooks/deliveries?limit=100&endpoint_id=${endpointId}${status === 'all' ? '' : `&status=${status}`}`,
    ),
  delivery: (id: string) => call<WebhookDeliveryDetail>('GET', `/app/v1/webhooks/deliveries/${id}`),
  replayDelivery: (id: string) =>
    call<WebhookDelivery>('POST', `/app/v1/webhooks/deliveries/${id}/replay`, {}),
  trustPolicies: () => call<TrustPolicy[]>('GET', '/app/v1/trust-policies'),
  createTrustPolicy: (draft: TrustPolicyCreate) => call<TrustPolicy>('POST', '/app/v1/trust-policies', draft),
  deleteTrustPolicy: (id: number) =>
    call<{ keys: { revoked: number } }>('DELETE', `/app/v1/trust-policies/${id}`),
  /** Needs no credential, and its answer is the same whatever was sent. */
  reportLeak: (text: string) => call('POST', '/v1/api-keys/report-leak', { key: text }),

  members: () => call<Member[]>('GET', '/app/v1/members'),
  changeRole: (id: number, role: Member['role']) => call<Member>('PATCH', `/app/v1/members/${id}`, { role }),
  suspendMember: (id: number) => call<Member>('POST', `/app/v1/members/${id}/suspend`, {}),
  resumeMember: (id: number) => call<Member>('POST', `/app/v1/members/${id}/resume`, {}),
  removeMember: (id: number, keys: string | null) =>
    call<RemovedMember>('DELETE', `/app/v1/members/${id}${keys ? `?keys=${encodeURIComponent(keys)}` : ''}`),
  memberSessions: (id: number) => call<MemberSession[]>('GET', `/app/v1/members/${id}/sessions`),
  endMemberSessions: (id: number) => call<{ ended: number }>('DELETE', `/app/v1/members/${id}/sessions`),
  invitations: () => call<Invitation[]>('GET', '/app/v1/invitations'),
  invite: (draft: { email: string; role: Member['role'] }) =>
    call<CreatedInvitation>('POST', '/app/v1/invitations', draft),
  revokeInvitation: (id: number) => call<Invitation>('DELETE', `/app/v1/invitations/${id}`),
  serviceAccounts: () => call<ServiceAccount[]>('GET', '/app/v1/service-accounts'),
  createServiceAccount: (draft: { name: string; role: ServiceAccount['role'] }) =>
    call<ServiceAccount>('POST', '/app/v1/service-accounts', draft),
  suspendServiceAccount: (id: number) =>
    call<ServiceAccount>('POST', `/app/v1/service-accounts/${id}/suspend`, {}),
  resumeServiceAccount: (id: number) =>
    call<ServiceAccount>('POST', `/app/v1/service-accounts/${id}/resume`, {}),
  deleteServiceAccount: (id: number) => call('DELETE', `/app/v1/service-accounts/${id}`),

  /** The token goes in the body, so that it is in no address and no log. */
  invitationOffer: (token: string) => call<InvitationOffer>('POST', '/app/invitations/show', { token }),
  acceptInvitation: (acceptance: { token: string; name?: string; password?: string }) =>
    call<{ user: Person }>('POST', '/app/invitations/accept', acceptance),
  accounts: () => call<AccountChoice[]>('GET', '/app/accounts'),
  switchAccount: (id: number) => call('POST', '/app/accounts/switch', { account_id: id }),
  leaveAccount: (id: number, keys: string | null) =>
    call('POST', '/app/accounts/leave', { account_id: id, ...(keys !== null && { keys }) }),
  account: () => call<Account>('GET', '/app/v1/account'),
  environments: () => call<EnvironmentSettings[]>('GET', '/app/v1/account/environments'),
  updateEnvironment: (environment: string, change: EnvironmentSettingsUpdate) =>
    call<EnvironmentSettings>('PATCH', `/app/v1/account/environments/${environment}`, change),
  updateAccount: (change: AccountUpdate) => call<Account>('PATCH', '/app/v1/account', change),
  closeAccount: (name: string) => call<ClosedAccount>('DELETE', '/app/v1/account', { name }),

  /** All records: those that ended too. */
  machines: () => call<Machine[]>('GET', '/app/v1/vms/'),
  machine: (vmId: string) => call<Machine>('GET', `/app/v1/vms/${encodeURIComponent(vmId)}`),
  createMachine: (draft: MachineDraft) => call<Machine>('POST', '/app/v1/vms?wait=false', draft),
  deleteMachine: (vmId: string) =>
    call<{ vm_id: string; status: string }>('DELETE', `/app/v1/vms/${encodeURIComponent(vmId)}`),
  machineTokens: (vmId: string) => call<SandboxToken[]>('GET', tokens(vmId)),
  createMachineToken: (vmId: string, draft: SandboxTokenCreate) =>
    call<CreatedSandboxToken>('POST', tokens(vmId), draft),
  revokeMachineToken: (vmId: string, id: number) => call('DELETE', `${tokens(vmId)}/${id}`),
  renewSession: (sessionId: string, lifetimeSeconds: number) =>
    call('POST', `/app/v1/sessions/session/${sessionId}/renew`, { vm_lifetime_seconds: lifetimeSeconds }),
  run: (run: Run, signal: AbortSignal) => call<RunResult>('POST', '/app/execute', run, {}, signal),

  readiness: () => call<Readiness>('GET', '/app/readyz'),
};

async function call<Answer = unknown>(...request: Parameters<typeof send>): Promise<Answer> {
  const response = await send(...request);
  return (await response.json().catch(() => null)) as Answer;
}

/** The answer, when it is a success. Throws ApiError for any other one, and for none. */
async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  const init: RequestInit = {
    method,
    headers: { accept: 'application/json', ...headers },
    cache: 'no-store',
  };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, 'content-type': 'application/json' };
  }
  const response = await fetch(path, init).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    const detail = 'The server does not answer. Check that it runs, then try again.';
    throw new ApiError({ status: 0, code: 'no_answer', detail });
  });
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => null);
  throw readError(response.status, answer, response.headers.get('retry-after'));
}
