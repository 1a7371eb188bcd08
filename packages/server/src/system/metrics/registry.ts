import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import { type BacklogGaugesDeps, backlogGauges } from './backlog-gauges.ts';
import { DURATION_BUCKETS, type RequestMetrics } from './request-metrics.ts';
import type { StateCounts } from './state-counts.ts';

export interface MetricsDeps extends BacklogGaugesDeps {
  requests: RequestMetrics;
  states: StateCounts;
  limiter: { decisions: { allowed: number; refused: ReadonlyMap<string, number> } };
  usage: {
    buffer: { size: { cells: number; users: number; minutes: number; dropped: number } };
    writer: { writtenAtMs: number };
  };
}

/** Everything that `/metrics` shows. Labels are words of the contract and of states: nothing in it is a tenant's. */
export function metricsRegistry(deps: MetricsDeps): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics: Metric<string>[] = [
    requestCounts(deps),
    requestDurations(deps),
    refusals(deps),
    decisions(deps),
    keys(deps),
    machines(deps),
    ...backlogGauges(deps),
    ...usageBuffer(deps),
  ];
  for (const metric of metrics) registry.registerMetric(metric);
  return registry;
}

function requestCounts({ requests }: MetricsDeps) {
  return new Counter({
    name: 'instavm_http_requests_total',
    help: 'Requests that are over, by operation and class of their status',
    labelNames: ['operation', 'status'],
    registers: [],
    collect() {
      this.reset();
      for (const [operation, { classes }] of requests.operations) {
        for (const [digit, count] of classes.entries()) {
          if (count > 0) this.inc({ operation, status: `${digit}xx` }, count);
        }
      }
    },
  });
}

/** The library's own histogram observes values one by one; this one is given counts. */
function requestDurations({ requests }: MetricsDeps): Metric<string> {
  const about = {
    name: 'instavm_http_request_duration_seconds',
    help: 'How long requests took, by operation',
    type: 'histogram',
    aggregator: 'sum',
  };
  const get = async () => ({ ...about, values: durationValues(about.name, requests) });
  return { ...about, get } as unknown as Metric<string>;
}

function durationValues(name: string, { operations }: RequestMetrics) {
  return [...operations].flatMap(([operation, { durations, seconds }]) => {
    let count = 0;
    const buckets = durations.map((more, i) => {
      count += more;
      const le = String(DURATION_BUCKETS[i] ?? '+Inf');
      return { metricName: `${name}_bucket`, labels: { operation, le }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: { operation }, value: seconds },
      { metricName: `${name}_count`, labels: { operation }, value: count },
    ];
  });
}

function refusals({ requests }: MetricsDeps) {
  return new Counter({
    name: 'instavm_http_errors_total',
    help: 'Requests that were refused or failed, by the code of the error',
    labelNames: ['code'],
    registers: [],
    collect() {
      this.reset();
      for (const [code, count] of requests.codes) this.inc({ code }, count);
    },
  });
}

function decisions({ limiter }: MetricsDeps) {
  return new Counter({
    name: 'instavm_limiter_decisions_total',
    help: 'Requests under a limit: let in, or refused by which policy',
    labelNames: ['decision', 'policy'],
    registers: [],
    collect() {
      this.reset();
      const { allowed, refused } = limiter.decisions;
      this.inc({ decision: 'allowed', policy: '' }, allowed);
      for (const [policy, count] of refused) this.inc({ decision: 'refused', policy }, count);
    },
  });
}

function keys({ states }: MetricsDeps) {
  return countsGauge('instavm_keys', 'API keys by status, counted once a minute', 'status', states.keys);
}

function machines({ states }: MetricsDeps) {
  return countsGauge('instavm_machines', 'Machines that have not ended, by state', 'state', () =>
    states.machines(),
  );
}

function countsGauge(
  name: string,
  help: string,
  label: string,
  read: () => Promise<ReadonlyMap<string, number>>,
) {
  return new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [],
    async collect() {
      this.reset();
      // Of a database that cannot be read the rest is told all the same.
      const counts = await read().catch(() => []);
      for (const [value, count] of counts) this.set({ [label]: value }, count);
    },
  });
}

function usageBuffer({ usage, now }: MetricsDeps) {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read());
      },
    });
  return [
    gauge('instavm_usage_buffer_cells', 'Counts of usage in memory', () => usage.buffer.size.cells),
    gauge('instavm_usage_buffer_keys', 'Keys and minutes of usage in memory', () => usage.buffer.size.users),
    gauge('instavm_usage_flush_lag_seconds', 'How long ago all usage was written last', () =>
      Math.max(0, (now() - usage.writer.writtenAtMs) / 1000),
    ),
    new Counter({
      name: 'instavm_usage_dropped_total',
      help: 'Requests for whose usage there was no room',
      registers: [],
      collect() {
        this.reset();
        this.inc(usage.buffer.size.dropped);
      },
    }),
  ];
}
