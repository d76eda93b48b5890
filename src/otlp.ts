export type { OtlpOptions } from './worker/otlp/options.js';
export { otlp } from './worker/otlp/otlp.js';
