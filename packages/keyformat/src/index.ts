export * from './check.ts';
export * from './format.ts';
export * from './kinds.ts';
export * from './scrub.ts';
