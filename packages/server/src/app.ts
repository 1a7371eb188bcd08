import type { RequestListener, Server, ServerOptions } from 'node:http';
import fastifyFormbody from '@fastify/formbody';
import fastifyMultipart from '@fastify/multipart';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { getAnomaly } from './anomalies/routes/get-anomaly.ts';
import { listAnomalies } from './anomalies/routes/list-anomalies.ts';
import { quietAnomaly } from './anomalies/routes/quiet-anomaly.ts';
import { resolveAnomaly } from './anomalies/routes/resolve-anomaly.ts';
import { noteRefusals } from './audit/note-refusals.ts';
import { exportAudit } from './audit/routes/export-audit.ts';
import { getAuditCatalog } from './audit/routes/get-catalog.ts';
import { getAuditEvent } from './audit/routes/get-event.ts';
import { listAuditEvents } from './audit/routes/list-events.ts';
import { verifyAudit } from './audit/routes/verify-audit.ts';
import { checkCredits } from './credits/routes/check-credits.ts';
import { getAllocation } from './credits/routes/get-allocation.ts';
import { getForecast } from './credits/routes/get-forecast.ts';
import { getRates } from './credits/routes/get-rates.ts';
import { getSummary } from './credits/routes/get-summary.ts';
import { getTrends } from './credits/routes/get-trends.ts';
import { listUses } from './credits/routes/list-uses.ts';
import type { Deps } from './deps.ts';
import { execute } from './executions/routes/execute.ts';
import { executeAsync } from './executions/routes/execute-async.ts';
import { getExecution } from './executions/routes/get-execution.ts';
import { downloadFile } from './files/routes/download-file.ts';
import { uploadFile } from './files/routes/upload-file.ts';
import { installAnswers } from './http/answers.ts';
import { refuseKeyInUrl } from './http/key-in-url.ts';
import { checkOrigin } from './http/origin.ts';
import { installPeer } from './http/peer-address.ts';
import { registerOperations } from './http/register.ts';
import { requestIds } from './http/request-id.ts';
import { observeServed } from './http/served-request.ts';
import { requireHttps } from './http/transport.ts';
import { answerBadPath, answerUnreadable } from './http/unreadable.ts';
import { requireWellFormed } from './http/well-formed.ts';
import { createKey } from './keys/routes/create-key.ts';
import { deleteKey } from './keys/routes/delete-key.ts';
import { disableKey } from './keys/routes/disable-key.ts';
import { enableKey } from './keys/routes/enable-key.ts';
import { explainKey } from './keys/routes/explain-key.ts';
import { getKey } from './keys/routes/get-key.ts';
import { introspectKey } from './keys/routes/introspect-key.ts';
import { listKeys } from './keys/routes/list-keys.ts';
import { reportLeak } from './keys/routes/report-leak.ts';
import { rotateKey } from './keys/routes/rotate-key.ts';
import { undoRotation } from './keys/routes/undo-rotation.ts';
import { updateKey } from './keys/routes/update-key.ts';
import { whoami } from './keys/routes/whoami.ts';
import { emailLinkRoutes } from './people/routes/email-links.ts';
import { firstRunRoutes } from './people/routes/first-run.ts';
import { getMe } from './people/routes/get-me.ts';
import { invitationLinkRoutes } from './people/routes/invitation-link.ts';
import { meRoutes } from './people/routes/me.ts';
import { myAccountsRoutes } from './people/routes/my-accounts.ts';
import { signInRoutes } from './people/routes/sign-in.ts';
import { signUpRoutes } from './people/routes/sign-up.ts';
import { createSession } from './sessions/routes/create-session.ts';
import { getSession } from './sessions/routes/get-session.ts';
import { getSessionStatus } from './sessions/routes/get-session-status.ts';
import { killSession } from './sessions/routes/kill-session.ts';
import { listSandboxes } from './sessions/routes/list-sandboxes.ts';
import { renewSession } from './sessions/routes/renew-session.ts';
import { createSandboxToken } from './short-lived/routes/create-sandbox-token.ts';
import { createTrustPolicy } from './short-lived/routes/create-trust-policy.ts';
import { deleteTrustPolicy } from './short-lived/routes/delete-trust-policy.ts';
import { exchangeToken } from './short-lived/routes/exchange-token.ts';
import { getTrustPolicy } from './short-lived/routes/get-trust-policy.ts';
import { listSandboxTokens } from './short-lived/routes/list-sandbox-tokens.ts';
import { listTrustPolicies } from './short-lived/routes/list-trust-policies.ts';
import { revokeSandboxToken } from './short-lived/routes/revoke-sandbox-token.ts';
import { addSshKey } from './ssh-keys/routes/add-ssh-key.ts';
import { deleteSshKey } from './ssh-keys/routes/delete-ssh-key.ts';
import { listSshKeys } from './ssh-keys/routes/list-ssh-keys.ts';
import { dashboardRoutes } from './system/routes/dashboard.ts';
import { docsRoutes } from './system/routes/docs.ts';
import { healthRoutes } from './system/routes/health.ts';
import { metricsRoute } from './system/routes/metrics.ts';
import { closeAccount } from './team/routes/close-account.ts';
import { createInvitation } from './team/routes/create-invitation.ts';
import { createServiceAccount } from './team/routes/create-service-account.ts';
import { deleteServiceAccount } from './team/routes/delete-service-account.ts';
import { endMemberSessions } from './team/routes/end-member-sessions.ts';
import { getAccount } from './team/routes/get-account.ts';
import { listEnvironments } from './team/routes/list-environments.ts';
import { listInvitations } from './team/routes/list-invitations.ts';
import { listMemberSessions } from './team/routes/list-member-sessions.ts';
import { listMembers } from './team/routes/list-members.ts';
import { listServiceAccounts } from './team/routes/list-service-accounts.ts';
import { removeMember } from './team/routes/remove-member.ts';
import { resumeMember } from './team/routes/resume-member.ts';
import { resumeServiceAccount } from './team/routes/resume-service-account.ts';
import { revokeInvitation } from './team/routes/revoke-invitation.ts';
import { suspendMember } from './team/routes/suspend-member.ts';
import { suspendServiceAccount } from './team/routes/suspend-service-account.ts';
import { updateAccount } from './team/routes/update-account.ts';
import { updateEnvironment } from './team/routes/update-environment.ts';
import { updateMember } from './team/routes/update-member.ts';
import { updateServiceAccount } from './team/routes/update-service-account.ts';
import { createTlsListener } from './tls/listener.ts';
import type { Pair } from './tls/pair.ts';
import { exportUsage } from './usage/routes/export-usage.ts';
import { keyUsage } from './usage/routes/key-usage.ts';
import { queryUsage } from './usage/routes/query-usage.ts';
import { sessionUsage } from './usage/routes/session-usage.ts';
import { usageBreakdown } from './usage/routes/usage-breakdown.ts';
import { VERSION } from './version.ts';
import { createVm } from './vms/routes/create-vm.ts';
import { deleteVm } from './vms/routes/delete-vm.ts';
import { getVm } from './vms/routes/get-vm.ts';
import { listAllVms } from './vms/routes/list-all-vms.ts';
import { listVms } from './vms/routes/list-vms.ts';
import { startMachine } from './vms/start-machine.ts';
import { createWebhookEndpoint } from './webhooks/routes/create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from './webhooks/routes/delete-webhook-endpoint.ts';
import { getWebhookDelivery } from './webhooks/routes/get-webhook-delivery.ts';
import { getWebhookEndpoint } from './webhooks/routes/get-webhook-endpoint.ts';
import { listWebhookDeliveries } from './webhooks/routes/list-webhook-deliveries.ts';
import { listWebhookEndpoints } from './webhooks/routes/list-webhook-endpoints.ts';
import { replayWebhookDelivery } from './webhooks/routes/replay-webhook-delivery.ts';
import { rotateWebhookSecret } from './webhooks/routes/rotate-webhook-secret.ts';
import { sendTestWebhook } from './webhooks/routes/send-test-webhook.ts';
import { updateWebhookEndpoint } from './webhooks/routes/update-webhook-endpoint.ts';
import { verifyWebhookEndpoint } from './webhooks/routes/verify-webhook-endpoint.ts';

/** JSON holds commands of about 90 kB and metadata; files go by multipart and are not held in memory. */
const JSON_BYTES_MAX = 8 * 1024 * 1024;

/** A machine's whole disk is not much larger. */
const UPLOAD_BYTES_MAX = 2 * 1024 ** 3;

export interface AppSettings {
  /** The dashboard's own. */
  origins: () => ReadonlySet<string>;
  trustedProxies: readonly string[];
  /** Served with over https; null means plain http. */
  tls: Pair | null;
}

/** The table of contents: every route and the order of what a request passes. */
export async function buildApp(
  deps: Deps,
  { origins, trustedProxies, tls }: AppSettings,
): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: deps.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: JSON_BYTES_MAX,
    genReqId: requestIds(deps.randomBytes),
    // One logger for all: a child of its own for each request costs more than the check of its key.
    childLoggerFactory: (logger) => logger,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
    frameworkErrors: (_error, _request, reply) => answerBadPath(reply),
    clientErrorHandler: answerUnreadable,
    ...(tls ? { serverFactory: tlsFactory(tls) } : {}),
  });
  installPeer(app, trustedProxies);
  observeServed(app, deps.servedObservers, deps);
  installAnswers(app);
  noteRefusals(app, { ...deps, refusals: refusalObserver(deps), knownKey: knownKey(deps) });
  requireWellFormed(app);
  requireHttps(app, deps);
  refuseKeyInUrl(app, deps);
  app.register(fastifyFormbody);
  app.register(fastifyMultipart, { limits: { files: 1, fileSize: UPLOAD_BYTES_MAX, fields: 20 } });

  app.addHook('onRequest', (request, _reply, done) => {
    // By the route and not by the text of the address, which can be spelt in many ways: `/%61pp/...`.
    if (request.routeOptions.url?.startsWith('/app/')) checkOrigin(request, origins());
    done();
  });

  healthRoutes(app, deps);
  docsRoutes(app);
  firstRunRoutes(app, deps);
  signInRoutes(app, deps);
  signUpRoutes(app, deps);
  emailLinkRoutes(app, deps);
  meRoutes(app, deps);
  myAccountsRoutes(app, deps);
  invitationLinkRoutes(app, deps);
  const wrapper = { ...deps, observe: observer(deps) };
  metricsRoute(app, wrapper);
  registerOperations(app, wrapper, [
    createKey(deps),
    listKeys(deps),
    getKey(deps),
    updateKey(deps),
    deleteKey(deps),
    rotateKey(deps),
    undoRotation(deps),
    disableKey(deps),
    enableKey(deps),
    explainKey(deps),
    introspectKey(deps),
    reportLeak(deps),
    whoami({ ...deps, version: VERSION }),
    getMe(deps),
    getAccount(deps),
    updateAccount(deps),
    listEnvironments(deps),
    updateEnvironment(deps),
    closeAccount(deps),
    listMembers(deps),
    updateMember(deps),
    removeMember(deps),
    suspendMember(deps),
    resumeMember(deps),
    listMemberSessions(deps),
    endMemberSessions(deps),
    createInvitation(deps),
    listInvitations(deps),
    revokeInvitation(deps),
    createServiceAccount(deps),
    listServiceAccounts(deps),
    updateServiceAccount(deps),
    deleteServiceAccount(deps),
    suspendServiceAccount(deps),
    resumeServiceAccount(deps),
    createTrustPolicy(deps),
    listTrustPolicies(deps),
    getTrustPolicy(deps),
    deleteTrustPolicy(deps),
    exchangeToken(deps),
    createSandboxToken(deps),
    listSandboxTokens(deps),
    revokeSandboxToken(deps),
    getAllocation(deps),
    listUses(deps),
    getSummary(deps),
    checkCredits(deps),
    getRates(deps),
    getTrends(deps),
    getForecast(deps),
    listAnomalies(deps),
    getAnomaly(deps),
    quietAnomaly(deps),
    resolveAnomaly(deps),
    addSshKey(deps),
    listSshKeys(deps),
    deleteSshKey(deps),
    getAuditCatalog(),
    listAuditEvents(deps),
    getAuditEvent(deps),
    verifyAudit(deps),
    exportAudit(deps),
    queryUsage(deps),
    exportUsage(deps),
    keyUsage(deps),
    sessionUsage(deps),
    usageBreakdown(deps),
    createVm(deps),
    listVms(deps),
    listAllVms(deps),
    getVm(deps),
    deleteVm(deps),
    createSession({ ...deps, startMachine: startMachine(deps) }),
    getSession(deps),
    getSessionStatus(deps),
    renewSession(deps),
    listSandboxes(deps),
    killSession({ ...deps, endMachine: deps.machines.end.bind(deps.machines) }),
    execute(deps),
    executeAsync(deps),
    getExecution(deps),
    uploadFile(deps),
    downloadFile(deps),
    createWebhookEndpoint(deps),
    listWebhookEndpoints(deps),
    getWebhookEndpoint(deps),
    updateWebhookEndpoint(deps),
    deleteWebhookEndpoint(deps),
    rotateWebhookSecret(deps),
    sendTestWebhook(deps),
    verifyWebhookEndpoint(deps),
    listWebhookDeliveries(deps),
    getWebhookDelivery(deps),
    replayWebhookDelivery(deps),
  ]);
  await dashboardRoutes(app);
  return app;
}

/** The framework's types know one kind of server; both kinds speak HTTP alike. */
function tlsFactory(pair: Pair) {
  return (handler: RequestListener, { keepAliveTimeout, requestTimeout }: ServerOptions): Server =>
    createTlsListener(handler, pair, { keepAliveTimeout, requestTimeout }) as unknown as Server;
}

function refusalObserver({ refusals, watch }: Pick<Deps, 'refusals' | 'watch'>) {
  return {
    note(refusal: Parameters<typeof refusals.note>[0]) {
      refusals.note(refusal);
      watch.noteRefusal(refusal);
    },
  };
}

function knownKey({ index, tokens }: Pick<Deps, 'index' | 'tokens'>) {
  return (publicId: string) => {
    const key = index.get(publicId) ?? tokens.get(publicId);
    if (!key) return undefined;
    const { id: keyId, owner, environment, personId, vmId } = key;
    return { accountId: owner.account.id, environment, keyId, personId, vmId };
  };
}

function observer({ lastUsed, index }: Pick<Deps, 'lastUsed' | 'index'>) {
  const textOf = timeText();
  return (
    {
      principal,
      address,
      client,
      receivedAtMs,
    }: Parameters<Parameters<typeof registerOperations>[1]['observe']>[0],
    route: string,
  ) => {
    if (principal.kind === 'api_key') {
      index.noteUse(principal.publicId, receivedAtMs);
      lastUsed.note(principal.keyId, { at: textOf(receivedAtMs), address, client, route });
    }
  };
}

/** Many requests come in the same millisecond. */
function timeText(): (ms: number) => string {
  let last = { ms: Number.NaN, text: '' };
  return (ms) => {
    if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() };
    return last.text;
  };
}
