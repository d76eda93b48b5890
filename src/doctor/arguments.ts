import { parseArgs } from 'node:util';

export interface Arguments {
  readonly url: URL;
  readonly worker: string;
  readonly redirectPath?: string;
  readonly issuer?: string;
  readonly json: boolean;
}

export const USAGE = `Usage: session-keeper doctor <url> [options]

Checks from outside whether a deployment keeps what SECURITY.md promises.

  <url>                   a page of the app, like https://orders.example.com/
  --worker <path>         the worker's script (default /service-worker.js)
  --redirect-path <path>  the redirect path (default: read from the worker's script)
  --issuer <url>          the authorization server's issuer (default: read from the worker's script)
  --json                  print the findings as JSON`;

/** A call that cannot be understood, or a deployment that the doctor cannot begin with. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [command, url, ...more] = positionals;
  if (command !== 'doctor') throw new UsageError(`the command is ${shown(command)}; there is: doctor`);
  if (url === undefined || more.length > 0) throw new UsageError('doctor takes one URL');
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(`the URL is ${shown(url)}; allowed is an https URL (http on localhost)`);
  }
  return {
    url: new URL(url),
    worker: path('worker', values.worker ?? '/service-worker.js'),
    ...(values['redirect-path'] !== undefined && {
      redirectPath: path('redirect-path', values['redirect-path']),
    }),
    ...(values.issuer !== undefined && { issuer: issuer(values.issuer) }),
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        worker: { type: 'string' },
        'redirect-path': { type: 'string' },
        issuer: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function path(option: string, value: string): string {
  if (value.startsWith('/') && new URL(value, 'http://localhost').pathname === value) return value;
  throw new UsageError(`--${option} is ${shown(value)}; allowed is a path that starts with one slash`);
}

function issuer(value: string): string {
  if (URL.canParse(value)) return value;
  throw new UsageError(`--issuer is ${shown(value)}; allowed is a URL`);
}

function shown(value: string | undefined): string {
  return value === undefined ? 'missing' : `"${value}"`;
}
