import { join } from 'node:path';
import { chromium, firefox, webkit } from '@playwright/test';
import type { Browser, BrowserName, EngineName, PlaywrightBrowser } from '../browsers.js';
import { firstExecutable, isRoot, onSearchPath } from './executables.js';

/** How one browser is looked for, and what a person installs where it is not there. */
export interface Wanted {
  readonly title: string;
  readonly engine: EngineName;
  /** What may be there, the best first. Called anew after each installation. */
  readonly candidates: () => readonly Candidate[];
  readonly aptPackages: readonly string[];
  readonly hint: string;
  /** What happens without it; default: that the tests cannot run. */
  readonly otherwise?: string;
}

interface Candidate {
  readonly foundAs: string;
  readonly browser: Browser;
}

const CHROMIUM_ARGS = [
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Chromium refuses to run its sandbox as root.
  ...(isRoot ? ['--no-sandbox'] : []),
];

export const WANTED: Readonly<Record<BrowserName, Wanted>> = {
  chromium: {
    title: 'Chromium',
    engine: 'chromium',
    candidates: () => [
      ...given('SESSION_KEEPER_CHROMIUM', chromiumAt),
      ...ofThisMachine(usualChromiums(), chromiumAt),
      { foundAs: "Playwright's own", browser: chromiumAt(chromium.executablePath()) },
    ],
    aptPackages: ['chromium'],
    hint: 'a Chromium or Chrome, or set SESSION_KEEPER_CHROMIUM to the path of one',
  },
  'headless-shell': {
    title: 'headless shell of Chromium',
    engine: 'chromium',
    candidates: () => [
      ...given('SESSION_KEEPER_HEADLESS_SHELL', chromiumAt),
      ...ofThisMachine(usualHeadlessShells(), chromiumAt),
    ],
    aptPackages: ['chromium-headless-shell'],
    hint: "Chromium's headless shell, or set SESSION_KEEPER_HEADLESS_SHELL to the path of one",
    otherwise: 'the tests run in Chromium itself, and take twice as long',
  },
  firefox: {
    title: 'Firefox',
    engine: 'firefox',
    candidates: () => [
      ...given('SESSION_KEEPER_FIREFOX', firefoxAt),
      ...ofThisMachine(usualFirefoxes(), firefoxAt),
      {
        foundAs: "Playwright's own",
        browser: { driver: 'playwright', executablePath: firefox.executablePath(), args: [] },
      },
    ],
    aptPackages: ['firefox-esr'],
    hint: 'a Firefox ESR, or set SESSION_KEEPER_FIREFOX to the path of one',
  },
  webkit: {
    title: 'WebKit',
    engine: 'webkit',
    candidates: () => [
      ...webKitGtk(process.env.SESSION_KEEPER_WEBKIT, 'SESSION_KEEPER_WEBKIT'),
      ...webKitGtk(miniBrowser(), 'of this machine'),
      {
        foundAs: "Playwright's own",
        browser: { driver: 'playwright', executablePath: webkit.executablePath(), args: [] },
      },
    ],
    aptPackages: ['webkit2gtk-driver', 'xvfb'],
    hint: 'WebKitWebDriver, Xvfb and a MiniBrowser, or set SESSION_KEEPER_WEBKIT to the path of a MiniBrowser',
  },
};

function given(variable: string, browserAt: (path: string) => PlaywrightBrowser): Candidate[] {
  const path = process.env[variable];
  return path ? [{ foundAs: variable, browser: browserAt(path) }] : [];
}

function ofThisMachine(
  paths: readonly string[],
  browserAt: (path: string) => PlaywrightBrowser,
): Candidate[] {
  return [...new Set(paths)].map((path) => ({ foundAs: 'of this machine', browser: browserAt(path) }));
}

function chromiumAt(executablePath: string): PlaywrightBrowser {
  return { driver: 'playwright', executablePath, args: CHROMIUM_ARGS };
}

function firefoxAt(executablePath: string): PlaywrightBrowser {
  return { driver: 'playwright', executablePath, args: [], channel: 'moz-firefox' };
}

function webKitGtk(executablePath: string | undefined, foundAs: string): Candidate[] {
  const driverPath = firstExecutable(onSearchPath(['WebKitWebDriver']));
  const displayPath = firstExecutable(onSearchPath(['Xvfb']));
  if (!executablePath || !driverPath || !displayPath) return [];
  return [{ foundAs, browser: { driver: 'webdriver', executablePath, driverPath, displayPath } }];
}

/** It is on nobody's search path. */
function miniBrowser(): string | undefined {
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const libraries = [`/usr/lib/${architecture}-linux-gnu`, '/usr/lib64', '/usr/libexec', '/usr/lib'];
  return firstExecutable(libraries.map((folder) => join(folder, 'webkit2gtk-4.1/MiniBrowser')));
}

function usualChromiums(): string[] {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
  return [
    ...inProgramFolders(
      ['Chromium', 'Google Chrome', 'Microsoft Edge'],
      [
        'Chromium/Application/chrome.exe',
        'Google/Chrome/Application/chrome.exe',
        'Microsoft/Edge/Application/msedge.exe',
      ],
    ),
    '/usr/bin/chromium',
    ...onSearchPath([...names, 'microsoft-edge']),
  ];
}

function usualHeadlessShells(): string[] {
  // Debian has it where no search path leads.
  return ['/usr/lib/chromium/chromium-headless-shell', ...onSearchPath(['chrome-headless-shell'])];
}

function usualFirefoxes(): string[] {
  // Newer releases than the ESR speak a BiDi that the pinned Playwright does not know yet, or the other way round.
  return [
    ...inProgramFolders(['Firefox'], ['Mozilla Firefox/firefox.exe']),
    '/usr/bin/firefox-esr',
    ...onSearchPath(['firefox-esr', 'firefox']),
  ];
}

function inProgramFolders(macApps: readonly string[], windowsApps: readonly string[]): string[] {
  if (process.platform === 'darwin') {
    return macApps.map(
      (app) => `/Applications/${app}.app/Contents/MacOS/${app.toLowerCase() === 'firefox' ? 'firefox' : app}`,
    );
  }
  if (process.platform !== 'win32') return [];
  const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
  return roots.flatMap((root) => (root ? windowsApps.map((app) => join(root, app)) : []));
}
