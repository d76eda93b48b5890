import { isObject } from '../../shared/misuse.js';
import type { Policy } from '../../shared/policy.js';
import type { Configuration } from '../options.js';
import type { Settings } from './ring.js';

/** Each value of the policy, and the options that say whose credential goes where: by name, as a text. They are kept in the log's sealed head. */
export function settingsOf({ policy, ...configuration }: Configuration): Settings {
  const { issuer, clientId, scope, resource, responseMode, apis, dpop } = configuration;
  const values = { issuer, clientId, scope, resource, responseMode, apis, dpop };
  const parts = [
    'memoryVault',
    'silentFrame',
    'limits',
    'telemetry',
    'auditLog',
    'stepUp',
    'serverEvents',
    'adoption',
    'fetchedPolicy',
  ] as const;
  const present = Object.fromEntries(parts.map((name) => [name, configuration[name] !== undefined]));
  return { ...flat(values, ''), ...flat(present, ''), ...policySettings(policy) };
}

/** Each value of a policy. */
export function policySettings(policy: Policy): Settings {
  return flat(policy, 'policy.');
}

/** The names whose values differ. */
export function changedNames(former: Settings, now: Settings): readonly string[] {
  const names = new Set([...Object.keys(former), ...Object.keys(now)]);
  return [...names].filter((name) => former[name] !== now[name]);
}

function flat(values: object, prefix: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(values))
    if (prefix && isObject(value)) Object.assign(texts, flat(value, `${prefix}${name}.`));
    else if (value !== undefined) texts[prefix + name] = JSON.stringify(value);
  return texts;
}
