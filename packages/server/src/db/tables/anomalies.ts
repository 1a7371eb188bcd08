/** What is unusual about keys, and what is usual for them. */
// biome-ignore lint/complexity/noBannedTypes: filled in with its tables
export type AnomaliesTables = {};
