export type { SessionKeeperPluginOptions } from './vite/options.js';
export { sessionKeeper } from './vite/plugin.js';
