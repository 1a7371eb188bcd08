import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { trustPolicies } from '@instavm/contract';
import { startIssuer } from '../testing/issuer.ts';
import { startServer } from '../testing/server.ts';
import { subjectProblem } from './subject-pattern.ts';

const page = readFileSync(new URL('../../../../docs/short-lived-credentials.md', import.meta.url), 'utf8');

/** The policy that the page shows under a heading. */
function recipe(heading: string): Record<string, string> {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return JSON.parse(/```json\n([\s\S]*?)```/.exec(section)![1]!);
}

const server = await startServer({ after }, { config: { webhookAllow: ['127.0.0.0/8'] } });
const key = (await (await server.person('Ada')).key()).text;

/** What each platform's tokens say, as its documentation shows them. */
const SHAPES: Record<
  string,
  {
    alg: string;
    claims: (nowSeconds: number) => Record<string, unknown>;
    strangers: Record<string, unknown>[];
    noted: Record<string, string>;
  }
> = {
  'GitHub Actions': {
    alg: 'RS256',
    claims: (now) => ({
      jti: '5b0c6a4e-2f0e-4f0a-9d6a-2a2c5a1d3c11',
      sub: 'repo:acme/app:ref:refs/heads/main',
      aud: 'https://instavm.example.org',
      ref: 'refs/heads/main',
      sha: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
      repository: 'acme/app',
      repository_owner: 'acme',
      repository_owner_id: '1234',
      run_id: '9876543210',
      run_number: '17',
      run_attempt: '1',
      repository_visibility: 'private',
      repository_id: '5678',
      actor_id: '42',
      actor: 'ada',
      workflow: 'test',
      head_ref: '',
      base_ref: '',
      event_name: 'push',
      ref_protected: 'true',
      ref_type: 'branch',
      workflow_ref: 'acme/app/.github/workflows/test.yml@refs/heads/main',
      job_workflow_ref: 'acme/app/.github/workflows/test.yml@refs/heads/main',
      runner_environment: 'github-hosted',
      nbf: now - 600,
      exp: now + 300,
      iat: now,
    }),
    strangers: [
      { sub: 'repo:acme/app:pull_request', ref: 'refs/pull/1/merge' },
      { sub: 'repo:acme/app:ref:refs/heads/feature' },
      { sub: 'repo:acme/other:ref:refs/heads/main' },
      { sub: 'repo:evil/app:ref:refs/heads/main' },
      { aud: 'https://github.com/acme' },
    ],
    noted: { repository: 'acme/app', run_id: '9876543210', actor: 'ada', ref: 'refs/heads/main' },
  },
  'GitLab CI': {
    alg: 'RS256',
    claims: (now) => ({
      namespace_id: '72',
      namespace_path: 'acme',
      project_id: '20',
      project_path: 'acme/app',
      user_id: '1',
      user_login: 'ada',
      user_email: 'ada@example.com',
      pipeline_id: '574',
      pipeline_source: 'push',
      job_id: '302',
      ref: 'main',
      ref_type: 'branch',
      ref_path: 'refs/heads/main',
      ref_protected: 'true',
      runner_id: 1,
      runner_environment: 'self-hosted',
      sha: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
      project_visibility: 'private',
      jti: '235b3a54-b797-45c7-ae9a-f72d7bc6ef5b',
      iat: now,
      nbf: now - 5,
      exp: now + 3600,
      sub: 'project_path:acme/app:ref_type:branch:ref:main',
      aud: 'https://instavm.example.org',
    }),
    strangers: [
      { sub: 'project_path:acme/app:ref_type:tag:ref:main' },
      { sub: 'project_path:acme/app/sub:ref_type:branch:ref:main' },
      { sub: 'project_path:acme/app:ref_type:branch:ref:main2' },
    ],
    noted: { project_path: 'acme/app', pipeline_id: '574', job_id: '302', user_login: 'ada' },
  },
  Kubernetes: {
    alg: 'RS256',
    claims: (now) => ({
      aud: ['https://instavm.example.org'],
      exp: now + 3600,
      iat: now,
      nbf: now,
      jti: 'ea28ed49-2e11-4280-9ec5-bc3d1d84661a',
      'kubernetes.io': {
        namespace: 'ci',
        node: { name: 'node-1', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
        pod: { name: 'agent', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
        serviceaccount: { name: 'runner', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
      },
      sub: 'system:serviceaccount:ci:runner',
    }),
    strangers: [
      { sub: 'system:serviceaccount:ci:default' },
      { sub: 'system:serviceaccount:prod:runner' },
      { aud: ['https://kubernetes.default.svc.cluster.local'] },
    ],
    noted: { namespace: 'ci', service_account: 'runner', pod: 'agent' },
  },
};

for (const [heading, { alg, claims, strangers, noted }] of Object.entries(SHAPES)) {
  test(`the recipe for ${heading} takes that platform's token, and no other job's`, async () => {
    const shown = recipe(heading);
    assert.ok(trustPolicies.create.request.body.safeParse(shown).success);
    assert.equal(subjectProblem(shown.issuer!, shown.subject!), null);
    const issuer = await startIssuer({ after }, alg);
    const made = await server.ask('POST', '/v1/trust-policies', {
      key,
      json: {
        ...shown,
        name: heading,
        issuer: issuer.url,
        ...(shown.jwks_url ? { jwks_url: `${issuer.url}/keys` } : {}),
      },
    });
    assert.equal(made.status, 201, made.text);
    const exchange = async (given: Record<string, unknown> = {}) => {
      const nowSeconds = Math.floor(server.world.now() / 1000);
      const token = await issuer.sign({ ...claims(nowSeconds), iss: issuer.url, ...given });
      // As `curl -d` and `--data-urlencode` of the page send it.
      return server.ask('POST', '/oauth/token', {
        body: new URLSearchParams({
          policy_id: made.json.id,
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
          subject_token: token,
        }),
      });
    };
    const answer = await exchange();
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.json.expires_in >= 3590);
    const works = await server.ask('GET', '/v1/users/me', { key: answer.json.access_token });
    assert.equal(works.status, 200);
    const { items } = (await server.ask('GET', '/v1/audit/events?event_type=api_key.created', { key })).json;
    for (const [name, value] of Object.entries(noted))
      assert.equal(items[0].event_payload[name], value, name);
    for (const given of strangers) {
      assert.equal((await exchange(given)).status, 400, JSON.stringify(given));
    }
    await issuer.rotate();
    server.world.advance(30_000);
    assert.equal((await exchange()).status, 200, 'also once the issuer has a new key');
  });
}
