import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RECORD } from '../../../../src/worker/session-record.js';
import { refusal } from '../fake-authorization-server.js';
import { Browser, workerParts } from '../worker-parts.js';
import { TOKEN_OUTCOME_CASES, type TokenOutcomeCase } from './token-outcome-cases.js';

const PAGE = 'docs/token-outcomes.md';
const BETWEEN = /(<!-- outcomes -->\n).*(<!-- \/outcomes -->)/s;
const HEADINGS = [
  'outcome of the token request',
  'class',
  'code',
  'next attempt',
  'an `invalid_grant` then',
  'see',
];

/** What a worker was seen to do when its token request came to this. */
async function observe({ answers }: TokenOutcomeCase) {
  const browser = new Browser();
  await browser.signIn();
  const { session, renewal } = workerParts(browser);
  await session.load();
  for (const answer of answers) browser.server.answerNext(answer);
  await renewal.attempt();
  const { phase, problem, nextAttemptAt = 0 } = session.status(0);
  const isOver = phase === 'ended';
  const isRetriedBy = isOver || !problem ? undefined : nextAttemptAt - browser.time.now();
  const isUnknown = (await browser.vault.read(RECORD.journal)) !== undefined;
  const requests = browser.server.tokenRequests.length;
  browser.server.answerNext(() => refusal('invalid_grant'));
  if (isRetriedBy !== undefined) await renewal.attempt();
  const ending = isRetriedBy === undefined ? undefined : session.status(0).problem?.code;
  return { isOver, problem, isRetriedBy, isUnknown, requests, ending };
}

async function rowOf(outcome: TokenOutcomeCase): Promise<string> {
  const { isOver, problem, isRetriedBy, isUnknown, requests, ending } = await observe(outcome);
  const kind = isOver ? '**terminal**' : isUnknown ? 'ambiguous' : 'retriable';
  const next = isOver
    ? 'none'
    : isRetriedBy === undefined
      ? `at once${requests === 2 ? ', with the nonce' : ''}`
      : `after ${isRetriedBy / 1000} s at most`;
  const cells = [
    outcome.name,
    kind,
    problem ? `\`${problem.code}\`` : '–',
    next,
    ending ? `\`${ending}\`` : '–',
    outcome.source,
  ];
  return `| ${cells.join(' | ')} |`;
}

async function tableOf(outcomes: readonly TokenOutcomeCase[]): Promise<string> {
  const rows = await Promise.all(outcomes.map(rowOf));
  return [`| ${HEADINGS.join(' | ')} |`, `|${'---|'.repeat(HEADINGS.length)}`, ...rows].join('\n');
}

describe('the page of token outcomes', () => {
  it('says of each outcome what the worker does (UPDATE_DOCS=1 writes it anew)', async () => {
    const table = await tableOf(TOKEN_OUTCOME_CASES);
    const page = readFileSync(PAGE, 'utf8');
    if (process.env.UPDATE_DOCS === '1')
      writeFileSync(
        PAGE,
        page.replace(BETWEEN, (_, start, end) => `${start}${table}\n${end}`),
      );
    const written = BETWEEN.exec(readFileSync(PAGE, 'utf8'))?.[0];
    expect(written).toContain(table);
  });
});
