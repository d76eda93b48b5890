export type { ObservedRequests, ObserveOptions } from './page/rollout/observe.js';
export type { FormerWay, Rollout, RolloutNotice, RolloutOptions, Way } from './page/rollout/options.js';
export { rollOut } from './page/rollout/roll-out.js';
export type { RolloutInput, RolloutMode } from './shared/rollout.js';
