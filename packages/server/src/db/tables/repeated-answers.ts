/** Answers for requests that are repeated. */
// biome-ignore lint/complexity/noBannedTypes: filled in with its tables
export type RepeatedAnswersTables = {};
