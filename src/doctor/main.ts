import { readArguments, USAGE, UsageError } from './arguments.js';
import { examine } from './examine.js';
import { networkProbe } from './probe.js';
import { asJson, asText } from './report.js';

/**
 * The command `session-keeper`.
 *
 * @returns the exit code: 0 without a failed check, 1 with one, 2 when the call could not be understood
 */
export async function main(args: readonly string[], print: (text: string) => void): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    print(USAGE);
    return 0;
  }
  try {
    const given = readArguments(args);
    const findings = await examine(given, networkProbe);
    print(given.json ? asJson(given.url, findings) : asText(findings));
    return findings.some(({ result }) => result === 'fail') ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    print(`session-keeper: ${error.message}\n\n${USAGE}`);
    return 2;
  }
}
