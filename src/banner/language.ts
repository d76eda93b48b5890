import { english } from './languages/en.js';
import { type BannerMessages, type BannerMessagesInput, mergeMessages } from './messages.js';

/** A language that the banner can speak, whole: see `session-keeper/banner/de` and the others. */
export interface BannerLanguage {
  /** BCP 47 tag, such as `de` or `pt-BR`. `pt` serves pages in `pt-PT` too, `pt-BR` only those and longer tags. */
  readonly lang: string;
  /** Writing direction. Default: `ltr`. */
  readonly dir?: 'ltr' | 'rtl';
  readonly messages: BannerMessages;
}

const ENGLISH_TEXTS = new Map(textsOf(english.messages));
const languages = new Map([[english.lang, english]]);
const listeners = new Set<() => void>();

/**
 * Makes the banner speak more languages, or one of them with other words. Each banner follows the `lang` attribute that is closest
 * around it and whose language was added; English, which is there from the start, is left where there is none. Banners that
 * are on the page already follow at once.
 *
 * @throws TypeError where a `lang` is not a language tag, and where a text is missing, unknown, not a string or has a
 *   placeholder of its own; the message names it.
 */
export function addBannerLanguages(...added: readonly BannerLanguage[]): void {
  for (const { lang, messages } of added) {
    if (!localeOf(lang))
      throw new TypeError(`addBannerLanguages: "${lang}" is not a language tag, such as "de".`);
    const names = new Set(checkTexts(messages, `addBannerLanguages: "${lang}"`));
    const missing = [...ENGLISH_TEXTS.keys()].find((name) => !names.has(name));
    if (missing) throw new TypeError(`addBannerLanguages: "${lang}" lacks the text "${missing}".`);
  }
  for (const language of added) languages.set(language.lang.toLowerCase(), language);
  for (const listener of listeners) listener();
}

/** Calls the listener when languages were added, until the returned function is called. */
export function onLanguagesAdded(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The language of the first of these tags that was added, by RFC 4647 §3.4 (lookup), and the tag itself. */
export function chooseLanguage(tags: Iterable<string>): { language: BannerLanguage; tag: string } {
  for (const tag of tags) {
    for (let range = tag.toLowerCase(); range; range = range.replace(/(^|-)[^-]*$/, '')) {
      const language = languages.get(range);
      // A tag that is only malformed further on still says the language.
      if (language) return { language, tag: localeOf(tag) ?? language.lang };
    }
  }
  return { language: languages.get(english.lang) ?? english, tag: english.lang };
}

/** Texts to put over others, checked: a mistyped name would be shown nowhere, and missed by nobody. */
export function replaceMessages(
  before: BannerMessagesInput,
  given: BannerMessagesInput,
): BannerMessagesInput {
  checkTexts(given, '<session-banner> messages');
  return mergeMessages(before, given);
}

function checkTexts(messages: BannerMessagesInput, where: string): string[] {
  return textsOf(messages).map(([name, text]) => {
    const known = ENGLISH_TEXTS.get(name);
    if (typeof known !== 'string') {
      throw new TypeError(
        `${where}: there is no text "${name}". There are ${[...ENGLISH_TEXTS.keys()].join(', ')}.`,
      );
    }
    if (typeof text !== 'string') throw new TypeError(`${where}: the text "${name}" has to be a string.`);
    const strange = text.match(/{\w*}/g)?.find((placeholder) => !known.includes(placeholder));
    if (strange) throw new TypeError(`${where}: the text "${name}" has no placeholder ${strange}.`);
    return name;
  });
}

/** All texts with their names; those of `problems` as `problems.idle_timeout`. */
function textsOf(messages: BannerMessagesInput): (readonly [name: string, text: unknown])[] {
  const { problems, ...texts } = messages;
  return [
    ...Object.entries(texts),
    ...Object.entries(problems ?? {}).map(([code, text]) => [`problems.${code}`, text] as const),
  ];
}

/** The tag as `Intl` writes it; undefined where it is not one. */
function localeOf(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
