import { parseArgs } from 'node:util';
import { ACCOUNTS } from './authorization-server/accounts.js';
import {
  isRefreshTokenKind,
  REFRESH_TOKEN_KINDS,
  type RefreshTokenKind,
} from './authorization-server/refresh-token-kind.js';
import { startSystem } from './system.js';

const USAGE = `npm run demo -- [--access-token-seconds N] [--port N] [--refresh-tokens KIND] [--passkeys]

  --access-token-seconds N  how long an access token lives, 2 to 3600; 60 if left out
  --port N                  the order desk's port; the API and the sign-in service take the next two; 4400 if left out
  --refresh-tokens KIND     strict: rotated at each use, an old one used again ends the session; grace: the old one may be
                            used again for 10 s; dpop: bound to a key of the browser; strict if left out
  --passkeys                a large order is confirmed with a passkey of this device; with a click if left out
`;

interface Arguments {
  readonly accessTokenSeconds: number;
  readonly port: number;
  readonly refreshTokens: RefreshTokenKind;
  readonly passkeys: boolean;
}

function readArguments(): Arguments | undefined {
  const { values } = parseArgs({
    options: {
      'access-token-seconds': { type: 'string', default: '60' },
      port: { type: 'string', default: '4400' },
      'refresh-tokens': { type: 'string', default: 'strict' },
      passkeys: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    accessTokenSeconds: wholeNumber('--access-token-seconds', values['access-token-seconds'], 2, 3600),
    port: wholeNumber('--port', values.port, 0, 65_533),
    refreshTokens: refreshTokenKind(values['refresh-tokens']),
    passkeys: values.passkeys,
  };
}

function refreshTokenKind(text: string): RefreshTokenKind {
  if (isRefreshTokenKind(text)) return text;
  throw new TypeError(`--refresh-tokens is ${text}; allowed is ${REFRESH_TOKEN_KINDS.join(', ')}`);
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new TypeError(`${option} is ${text}; allowed is a whole number from ${least} to ${most}`);
}

async function start({ accessTokenSeconds, port, refreshTokens, passkeys }: Arguments): Promise<void> {
  const next = (offset: number) => (port === 0 ? 0 : port + offset);
  const system = await startSystem({
    accessTokenSeconds,
    refreshTokens,
    passkeys,
    controlRoom: true,
    ports: { app: port, api: next(1), authorizationServer: next(2) },
  });
  const people = ACCOUNTS.map(
    ({ subject, password, name }) => `    ${subject.padEnd(8)}${password.padEnd(12)}${name}`,
  );
  console.log(`
  Order desk       ${system.app.origin}/
  Control room     ${system.app.origin}/control-room.html
  API              ${system.api.origin}
  Sign-in service  ${system.authorizationServer.issuer}

  Sign in as (username, password):
${people.join('\n')}

  Access tokens live ${accessTokenSeconds} s. Open a second tab. Ctrl-C ends it.
`);
  const stop = () => {
    // A second Ctrl-C must not meet a handler any more: it ends the process at once.
    process.removeAllListeners('SIGINT');
    void system.stop();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

try {
  const chosen = readArguments();
  if (chosen) await start(chosen);
  else console.log(USAGE);
} catch (error) {
  console.error(error instanceof TypeError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = 1;
}
