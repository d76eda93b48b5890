import { readFileSync } from 'node:fs';

// Sums up a run: the tests as their runners report them, and each gate, given as "passed NAME" or "failed NAME", as one.

// A skipped test is a failed one: nothing here may be left out without anybody noticing.

const vitest = ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) => ({
  passed: numPassedTests,
  // A file that fails outside its tests, at import say, has no failed test to count.
  failed: numFailedTests + numPendingTests + numTodoTests + testResults.filter(isBrokenFile).length,
  failures: testResults.flatMap(({ name, message, assertionResults }) => [
    ...(isBrokenFile({ status: 'failed', assertionResults }) && message ? [`${name}: ${message}`] : []),
    ...assertionResults
      .filter((test) => test.status !== 'passed')
      .map((test) => `${test.fullName} (${test.status}): ${test.failureMessages?.[0] ?? ''}`),
  ]),
});

/** What failed outside of any test, at which Vitest fails too, without a word in its own report. */
const unhandled = (messages) => ({ passed: 0, failed: messages.length, failures: messages });

const playwright = ({ stats, errors, suites }) => ({
  passed: stats.expected,
  // `errors` are those outside of any test.
  failed: stats.unexpected + stats.flaky + stats.skipped + errors.length,
  failures: [
    ...errors.map(({ message }) => `outside of any test: ${message}`),
    ...suites.flatMap(browserFailures),
  ],
});

function browserFailures({ specs = [], suites = [] }) {
  const failures = specs
    .flatMap(({ file, title, tests }) => tests.map((test) => ({ file, title, ...test })))
    .filter(({ status }) => status !== 'expected')
    .map(
      ({ projectName, file, title, status, results }) =>
        `${projectName}: ${file} › ${title} (${status}): ${results.at(-1)?.error?.message ?? ''}`,
    );
  return [...failures, ...suites.flatMap(browserFailures)];
}

function isBrokenFile({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}

function testCounts(name, path, read) {
  try {
    return { name, ...read(JSON.parse(readFileSync(path, 'utf8'))) };
  } catch {
    return { name: `${name} (no report: they did not run)`, passed: 0, failed: 1, failures: [] };
  }
}

function gateCount(outcome) {
  const [word, ...name] = outcome.split(' ');
  const passed = word === 'passed' ? 1 : 0;
  return { name: name.join(' '), passed, failed: 1 - passed, failures: [] };
}

const counts = [
  testCounts('unit and package tests', 'test-results/vitest.json', vitest),
  testCounts('unit and package tests, outside of any', 'test-results/vitest-unhandled.json', unhandled),
  testCounts('browser tests', 'test-results/playwright.json', playwright),
  testCounts('browser tests, alone', 'test-results/playwright-alone.json', playwright),
  testCounts('faults, a sample', 'test-results/playwright-faults.json', playwright),
  testCounts('journeys in three engines', 'test-results/playwright-engines.json', playwright),
  testCounts('attacks in three engines', 'test-results/playwright-attacks.json', playwright),
  ...process.argv.slice(2).map(gateCount),
];
const sum = (key) => counts.reduce((total, count) => total + count[key], 0);

// The last lines are what is read first: they say which test failed, and of what.
const firstLines = (text) => text.split('\n').filter(Boolean).slice(0, 6).join('\n    ');
for (const failure of counts.flatMap(({ failures }) => failures)) console.log(`- ${firstLines(failure)}`);

for (const { name, passed, failed } of counts) {
  console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} passed, ${failed} failed`);
}
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
