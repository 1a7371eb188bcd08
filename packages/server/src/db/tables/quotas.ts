/** What was used of quotas in each month. */
// biome-ignore lint/complexity/noBannedTypes: filled in with its tables
export type QuotasTables = {};
