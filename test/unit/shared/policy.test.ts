import { describe, expect, it } from 'vitest';
import { type PolicyInput, resolvePolicy } from '../../../src/shared/policy.js';

const refusal = (name: string, value: string, allowed: string) =>
  new TypeError(`session-keeper: option ${name} is ${value}; allowed is ${allowed}`);

const NAMES =
  'idleTimeoutSeconds, absoluteLifetimeSeconds, extensionThresholdSeconds, idleWarningSeconds, absoluteWarningSeconds, revocationGraceSeconds, activity, grantTypes, limitedScope, stepUp, rateLimits, fallbacks, renewal, retry, queue';

/** A policy as it comes from a file: its types are a hope. */
const fromFile = (input: unknown) => () => resolvePolicy(input as PolicyInput);

describe('a policy', () => {
  it('has a default for everything but the limits, and gives no grace', () => {
    expect(resolvePolicy()).toEqual({
      revocationGraceSeconds: 0,
      extensionThresholdSeconds: 10,
      activity: ['input'],
      grantTypes: ['authorization_code', 'refresh_token'],
      renewal: {
        atLifetimeFraction: 0.75,
        jitterFraction: 0.1,
        attemptTimeoutSeconds: 10,
        minIntervalSeconds: 0,
      },
      retry: { baseDelaySeconds: 2, maxDelaySeconds: 60, outageCheckSeconds: 1.5 },
      queue: { maxRequests: 1000, maxWaitSeconds: 120, maxBodyBytes: 8_388_608, maxBytes: 67_108_864 },
    });
  });

  it('keeps what is given beside the defaults', () => {
    const policy = resolvePolicy({ idleTimeoutSeconds: 1800, queue: { maxRequests: 5 } });
    expect(policy.idleTimeoutSeconds).toBe(1800);
    expect(policy.queue).toEqual({
      maxRequests: 5,
      maxWaitSeconds: 120,
      maxBodyBytes: 8_388_608,
      maxBytes: 67_108_864,
    });
  });

  it('survives JSON', () => {
    const policy = resolvePolicy({ absoluteLifetimeSeconds: 43_200 });
    expect(resolvePolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
  });

  it.each([
    ['renewal.atLifetimeFraction', 0.1, 0.95],
    ['renewal.jitterFraction', 0, 0.2],
    ['renewal.attemptTimeoutSeconds', 1, 60],
    ['renewal.minIntervalSeconds', 0, 60],
    ['retry.baseDelaySeconds', 0.1, 60],
    ['retry.maxDelaySeconds', 1, 3600],
    ['retry.outageCheckSeconds', 0.5, 60],
    ['queue.maxRequests', 1, 100_000],
    ['queue.maxWaitSeconds', 1, 280],
  ])('refuses a %s outside of its bounds', (path, least, most) => {
    const [section = '', name = ''] = path.split('.');
    for (const [value, shown] of [
      [least - 0.01, `${least - 0.01}`],
      [most + 0.01, `${most + 0.01}`],
      [Number.NaN, 'NaN'],
      [String(most), `"${most}"`],
      [[most], `[${most}]`],
    ] as const)
      expect(fromFile({ [section]: { [name]: value } })).toThrow(
        refusal(`policy.${path}`, shown, `a number from ${least} to ${most}`),
      );
    for (const value of [least, most]) expect(fromFile({ [section]: { [name]: value } })).not.toThrow();
  });

  it.each(['idleTimeoutSeconds', 'absoluteLifetimeSeconds'])('refuses a %s below a minute', (name) => {
    expect(fromFile({ [name]: 59 })).toThrow(
      refusal(`policy.${name}`, '59', 'a number from 60 to 1000000000000'),
    );
    expect(fromFile({ [name]: Number.POSITIVE_INFINITY })).toThrow(TypeError);
  });

  it('refuses an unknown name and tells the known ones', () => {
    expect(fromFile({ idleTimeout: 60 })).toThrow(
      refusal('policy.idleTimeout', '"present"', `one of ${NAMES}`),
    );
    expect(fromFile({ retry: { base: 1 } })).toThrow(
      refusal(
        'policy.retry.base',
        '"present"',
        'one of baseDelaySeconds, maxDelaySeconds, outageCheckSeconds',
      ),
    );
  });

  it.each(['constructor', 'toString', '__proto__'])('refuses %s, which every object has', (name) => {
    expect(fromFile(JSON.parse(`{"${name}":5}`))).toThrow(/is "present"; allowed is one of/);
    expect(fromFile(JSON.parse(`{"queue":{"${name}":5}}`))).toThrow(/is "present"; allowed is one of/);
  });

  it.each([[null], ['strict'], [7], [[]]])('refuses %j in the place of an object', (value) => {
    const shown = JSON.stringify(value);
    expect(fromFile(value)).toThrow(refusal('policy', shown, `an object of ${NAMES}`));
    expect(fromFile({ queue: value })).toThrow(
      refusal('policy.queue', shown, 'an object of maxRequests, maxWaitSeconds, maxBodyBytes, maxBytes'),
    );
  });

  it.each([
    ['idleTimeoutSeconds', 'idleWarningSeconds', 120],
    ['absoluteLifetimeSeconds', 'absoluteWarningSeconds', 600],
  ])(
    'warns before %s, by default %s %i, and sooner only where that is more than a third',
    (limit, warning, usual) => {
      const warningOf = (policy: object) => Reflect.get(fromFile(policy)(), warning);
      expect(warningOf({ [limit]: 86_400 })).toBe(usual);
      expect(warningOf({ [limit]: usual * 3 })).toBe(usual);
      expect(warningOf({ [limit]: 60 })).toBe(20);
      expect(warningOf({ [limit]: 86_400, [warning]: 45 })).toBe(45);
      expect(warningOf({})).toBeUndefined();
    },
  );

  it.each([
    ['idleTimeoutSeconds', 'idleWarningSeconds', {}, 260],
    ['idleTimeoutSeconds', 'idleWarningSeconds', { extensionThresholdSeconds: 60 }, 210],
    ['absoluteLifetimeSeconds', 'absoluteWarningSeconds', { extensionThresholdSeconds: 60 }, 270],
  ])('refuses, with %s, a %s that would come to somebody at work: %j', (limit, warning, more, most) => {
    expect(fromFile({ ...more, [limit]: 300, [warning]: most })).not.toThrow();
    expect(fromFile({ ...more, [limit]: 300, [warning]: most + 1 })).toThrow(
      refusal(`policy.${warning}`, `${most + 1}`, `at most ${most}, by policy.${limit}`),
    );
  });

  it.each([
    [
      'activity',
      ['input', 'wake'],
      '["input"] or ["input","wake"]',
      [['wake'], ['input', 'ping'], 'input', '["input"]'],
    ],
    [
      'grantTypes',
      ['authorization_code'],
      '["authorization_code","refresh_token"] or ["authorization_code"]',
      [['password'], ['refresh_token'], 'authorization_code', [['authorization_code']]],
    ],
  ])('of %s takes %j, and no other list than %s', (name, list, allowed, others) => {
    expect(fromFile({ [name]: list })()).toMatchObject({ [name]: list });
    for (const value of [...others, [], {}, 0, true])
      expect(fromFile({ [name]: value })).toThrow(refusal(`policy.${name}`, JSON.stringify(value), allowed));
  });

  it('may name its schema, which is not looked at', () => {
    expect(fromFile({ $schema: './policy.schema.json', queue: { maxRequests: 5 } })()).toEqual(
      fromFile({ queue: { maxRequests: 5 } })(),
    );
  });

  it('refuses an idle limit that could never apply', () => {
    expect(fromFile({ idleTimeoutSeconds: 120, absoluteLifetimeSeconds: 60 })).toThrow(
      /policy\.idleTimeoutSeconds is 120; allowed is at most 60, by policy\.absoluteLifetimeSeconds/,
    );
  });
});
