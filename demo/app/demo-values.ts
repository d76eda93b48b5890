/** What differs from one start of the demonstration to the next; the build writes it in. */
export interface DemoValues {
  readonly issuer: string;
  /** The API's origin. */
  readonly api: string;
  readonly accessTokenSeconds: number;
  /** Whether the worker has the option `silentFrame`. */
  readonly silentFrame: boolean;
  /** Whether there is a control room, which the worker tells what it does. */
  readonly controlRoom: boolean;
  /** Laid over the worker's own options. */
  readonly workerOptions: Readonly<Record<string, unknown>>;
}

declare const __DEMO__: DemoValues;

export const demo: DemoValues = __DEMO__;
