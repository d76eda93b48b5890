import type { OTHER, TELEMETRY_EVENTS, TelemetryEventName } from './telemetry-catalogue.js';

type Shapes = typeof TELEMETRY_EVENTS;
type TextsOf<Texts> = {
  readonly [Name in Exclude<keyof Texts, 'error'>]: Texts[Name] extends readonly (infer Text)[]
    ? Text | typeof OTHER
    : never;
} & (Texts extends { error: readonly (infer Code)[] } ? { readonly error?: Code | typeof OTHER } : unknown);

/** What an event of this name tells. */
export type TelemetryFields<Name extends TelemetryEventName> = TextsOf<Shapes[Name]['texts']> & {
  readonly [Number in Shapes[Name]['numbers'][number]]: number;
};

/**
 * Something that happened to the session or its worker, as `docs/telemetry.md` lists it. It holds numbers, and texts of fixed lists:
 * never a token, a person, or a URL.
 */
export type TelemetryEvent = {
  [Name in TelemetryEventName]: {
    readonly name: Name;
    /** Milliseconds since the epoch, by this device's clock. */
    readonly at: number;
  } & TelemetryFields<Name>;
}[TelemetryEventName];
