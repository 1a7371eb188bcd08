import { openVmHost } from '@instavm/machines';
import type { Logger } from 'pino';
import { Watch } from './anomalies/watch.ts';
import { Refusals } from './audit/refusals.ts';
import { Slices } from './audit/slices.ts';
import { addressCheck, addressStep } from './auth/address-list.ts';
import { authenticator } from './auth/authenticate.ts';
import { authorizer } from './auth/authorize.ts';
import { failedAttempts } from './auth/failed-attempts.ts';
import type { Principal } from './auth/principal.ts';
import { sealer } from './auth/sealing.ts';
import type { Config } from './config.ts';
import type { Core, World } from './core.ts';
import { costOf, vmCost } from './credits/cost.ts';
import { Credits } from './credits/credits.ts';
import { addMachineHours } from './credits/machine-hours.ts';
import { readRates } from './credits/rates.ts';
import { useBySteps } from './credits/use.ts';
import { Executions } from './executions/executions.ts';
import { Spool } from './files/spool.ts';
import { RepeatedAnswers } from './http/repeated-answers.ts';
import { RepeatedStore } from './http/repeated-store.ts';
import type { ServedObserver } from './http/served-request.ts';
import { delegation } from './keys/delegation.ts';
import { noteExposure } from './keys/exposure.ts';
import { findVisibleKey } from './keys/find-visible.ts';
import { ENDED_AS, keyPrefixOf } from './keys/key.ts';
import { seesResource } from './keys/sees-resource.ts';
import { QUOTA_EXCEEDED, VIOLATED_POLICIES } from './limits/fields.ts';
import { Limiter } from './limits/limiter.ts';
import { ownUrl } from './listen.ts';
import { keyMail } from './mail/key-mail.ts';
import { mailerOf } from './mail/mailer.ts';
import { outbox } from './mail/outbox.ts';
import { mailTransport } from './mail/transport.ts';
import { personOfCookie } from './people/door.ts';
import { EmailLinks } from './people/email-links.ts';
import { loadSignIn } from './people/load-sign-in.ts';
import { endSignInsOfMember, signInsOfMember } from './people/member-sign-ins.ts';
import { SignInFlow } from './people/sign-in-flow.ts';
import { signedInReader } from './people/signed-in.ts';
import { throttleOf } from './people/throttle.ts';
import { Quotas } from './quotas/quotas.ts';
import { quotaStandings } from './quotas/standing.ts';
import { inSession } from './sessions/in-session.ts';
import { openChannelOf } from './sessions/open-channel.ts';
import { fetchJson } from './short-lived/fetch-json.ts';
import { IssuerKeys } from './short-lived/issuer-keys.ts';
import { exchangePace } from './short-lived/pace.ts';
import { envOfToken, tokenOfNew } from './short-lived/sandbox-token.ts';
import { SandboxTokens } from './short-lived/sandbox-tokens.ts';
import { TrustPolicies } from './short-lived/trust-policies.ts';
import { backlogReader } from './system/metrics/backlog.ts';
import { RequestMetrics } from './system/metrics/request-metrics.ts';
import { StateCounts } from './system/metrics/state-counts.ts';
import { Invitations } from './team/invitations.ts';
import { Members } from './team/members.ts';
import { ServiceAccounts } from './team/service-accounts.ts';
import { addKeyTimes } from './usage/key-times.ts';
import { Usage } from './usage/usage.ts';
import { endMachinesOf } from './vms/closed-accounts.ts';
import { MachineUses } from './vms/machine-uses.ts';
import { Machines } from './vms/machines.ts';
import { renewSession } from './vms/renew-session.ts';
import { SessionClock } from './vms/session-clock.ts';
import { findSession, findVm, listVms, type MachineScope, withSessions } from './vms/store.ts';
import { reachOf, urlRefusal } from './webhooks/addresses.ts';
import { guardedAgents } from './webhooks/guarded-agents.ts';
import { openWebhooks } from './webhooks/open-webhooks.ts';
import { resolver } from './webhooks/resolver.ts';

/** Attempts a minute from one address at passwords and links, failed or not. */
const PASSWORD_ATTEMPTS_PER_MINUTE = 10;

/** Of the answers that are kept for a retry: one of them, and all of an account's. */
const REPEATED_BYTES_MAX = { answer: 1024 ** 2, account: 64 * 1024 ** 2 };

/** Shorter than what clients and proxies wait for an answer. */
const REPEATED_WAIT_MS = 25_000;

export type Deps = Awaited<ReturnType<typeof buildDeps>>;

/** Everything the routes use, built once. `baseUrl` is where people reach the dashboard. */
export async function buildDeps(config: Config, core: Core, world: World, log: Logger) {
  const { db, index, tokens, peppers } = core;
  const engine = await openVmHost({
    driver: config.vmDriver,
    dataDir: config.dataDir,
    cacheDir: config.cacheDir,
    now: world.now,
    randomBytes: world.randomBytes,
    log,
  });
  const { host } = engine;
  const { hostId } = await host.hello();
  const slices = new Slices();
  const usage = new Usage({ db, slices, ...world });
  const requestMetrics = new RequestMetrics();
  const limiter = new Limiter({ ...world, owners: core.owners, keyDefault: config.keyRateLimit });
  const watch = new Watch({ ...core, ...world });
  const uses = new MachineUses(world);
  const sessionClock = new SessionClock({ uses, ...world });
  const quotas = new Quotas({
    problem: { type: QUOTA_EXCEEDED, violatedPolicies: VIOLATED_POLICIES },
    async alsoSettled(trx, vm, life) {
      await addMachineHours(trx, vm, life);
      await addKeyTimes(trx, vm, life);
    },
  });
  const accountQuotas = (accountId: number) =>
    quotaStandings(db, { accountId, keyId: null, vmId: null }, world.now());
  const sandboxTokens = new SandboxTokens({ db, keys: core.keys, lastUsed: core.lastUsed, now: world.now });
  const machines = new Machines({
    ...{ tokens: sandboxTokens, envOfToken: envOfToken.bind(null, config.publicUrl) },
    ...{ db, quotas, host, hostId, uses, log },
    ...world,
  });
  const openChannel = openChannelOf.bind(null, host);
  const find = findSession.bind(null, db);
  const spool = new Spool(config.dataDir, world.randomUuid);
  await spool.clear();
  /** Where people reach it; known once the server listens. */
  const dashboard = { url: '' };
  const seal = sealer(core.signInSecret, world.randomBytes);
  const mailOutbox = config.mail ? outbox(seal) : null;
  const url = () => dashboard.url;
  const mailer = mailOutbox ? mailerOf({ outbox: mailOutbox, url }) : null;
  const signIn = loadSignIn({
    db,
    secret: core.signInSecret,
    passwords: core.passwords,
    baseUrl: config.publicUrl ?? ownUrl(config, config.port, []),
    now: world.now,
  });
  const readSignedIn = signedInReader({ signIn, db, now: world.now });
  const team = {
    db,
    owners: core.owners,
    keys: core.keys,
    ownerKeys: core.ownerKeys,
    signUp: config.signUp,
    mailer,
    ...world,
  };
  const signIns = { list: signInsOfMember, end: endSignInsOfMember };
  const members = new Members({ ...team, signIns });
  const addressAllowed = addressCheck();
  /** Where issuers of tokens and receivers of webhooks may be. */
  const reach = reachOf(config.webhookAllow);
  const outside = { reach, resolve: resolver({ asksSystem: reach.isWidened }) };
  return {
    ...core,
    ...world,
    log,
    maxKeys: config.maxKeys,
    addressAllowed,
    refusals: new Refusals(),
    slices,
    usage,
    /** Told of every request that is over, in this order. */
    servedObservers: [
      usage.note.bind(usage),
      requestMetrics.observe.bind(requestMetrics),
      watch.note,
    ] as ServedObserver[],
    watch,
    keyPrefixOf: (publicId: string) => keyPrefixOf(publicId),
    sealer: seal,
    webhooks: openWebhooks({ db, sealer: seal, log, outside, ...world }),
    engine,
    host,
    machines,
    endMachinesOf: endMachinesOf.bind(null, { db, machines }),
    quotas,
    quotaStandings: (who: Principal) => quotaStandings(db, who, world.now()),
    accountQuotas,
    credits: new Credits({ db, accountQuotas, now: world.now }),
    /** For whoever shows what machines took and cost. */
    costs: { vmCost, costOf, readRates: () => readRates(db), useBySteps: useBySteps.bind(null, db) },
    uses,
    sessionClock,
    openChannelOf: openChannel,
    renewMachine: renewSession({ machines }),
    executions: new Executions({ db, quotas, openChannelOf: openChannel, uses, log, ...world }),
    findSession: find,
    liveVms: (scope: MachineScope) => listVms(db, scope, 'live'),
    withSessions: withSessions.bind(null, db),
    inSession: inSession({ findSession: find, sessionClock, uses }),
    spool,
    sandboxTokens,
    tokenOfNew,
    trustPolicies: new TrustPolicies({ db, keys: core.keys, now: world.now }),
    issuerKeys: new IssuerKeys({ fetchJson: fetchJson({ agents: guardedAgents(outside) }), ...world }),
    pace: exchangePace(world.monotonicMs),
    delegation,
    addressProblem: (url: string) => urlRefusal(url, outside.reach),
    repeatedAnswers: new RepeatedAnswers({
      store: new RepeatedStore({ db, peppers, ...world, maxBytes: REPEATED_BYTES_MAX }),
      waitMs: REPEATED_WAIT_MS,
    }),
    signIn,
    signUp: config.signUp,
    readSignedIn,
    signInFlow: new SignInFlow({ signIn, readSignedIn, db, now: world.now }),
    throttle: throttleOf(world.now, PASSWORD_ATTEMPTS_PER_MINUTE),
    dashboard,
    mail:
      config.mail && mailOutbox
        ? {
            transport: mailTransport(config.mail),
            fromEvents: keyMail({ outbox: mailOutbox, url, keyPrefixOf }),
          }
        : null,
    emailLinks: new EmailLinks({ ...core, ...world, mail: mailer }),
    members,
    invitations: new Invitations(team),
    serviceAccounts: new ServiceAccounts(team),
    leaveAccount: members.leave.bind(members),
    authenticate: authenticator({
      ...{ index, tokens, peppers, now: world.now },
      onOldPepper: core.rewraps.note.bind(core.rewraps),
    }),
    failedAttempts: failedAttempts(world.monotonicMs),
    limiter,
    metrics: {
      requests: requestMetrics,
      states: new StateCounts({ db, slices, endedAs: ENDED_AS, ...world }),
      backlog: backlogReader({ db, ...world }),
      ...{ limiter, usage, now: world.now },
    },
    confirmKeys: core.feed.confirm,
    noteFirstUse: core.keys.noteFirstUse.bind(core.keys),
    noteSentInClear: noteExposure({ ...core, now: world.now }, 'sent_in_clear'),
    noteSeenInUrl: noteExposure({ ...core, now: world.now }, 'seen_in_url'),
    findKey: findVisibleKey(db),
    seesResource: seesResource(db, { vm: findVm.bind(null, db), session: find }),
    authenticatePerson: personOfCookie({ readSignedIn, now: world.now }),
    authorize: authorizer({ address: addressStep(addressAllowed) }),
  };
}
