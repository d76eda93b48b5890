import type { Finding } from './examine.js';

const LABEL = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

/** One line per check; under one that is not well, how to mend it. The last line counts. */
export function asText(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ name, result, what, mend, page }) => {
    const line = `${LABEL[result]}  ${name}${what === undefined ? '' : `: ${what}`}`;
    return mend === undefined ? [line] : [line, `      ${mend} See ${page}.`];
  });
  const { total, warnings, failed } = count(findings);
  return [
    ...lines,
    '',
    `${total} checks: ${total - warnings - failed} ok, ${warnings} warn, ${failed} FAIL`,
  ].join('\n');
}

export function asJson(url: URL, findings: readonly Finding[]): string {
  return JSON.stringify({ url: url.href, ...count(findings), findings }, undefined, 2);
}

function count(findings: readonly Finding[]) {
  const of = (wanted: Finding['result']) => findings.filter(({ result }) => result === wanted).length;
  return { total: findings.length, warnings: of('warn'), failed: of('fail') };
}
