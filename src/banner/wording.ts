import { chooseLanguage } from './language.js';
import { type BannerMessages, type BannerMessagesInput, mergeMessages } from './messages.js';

/** The texts of one banner, and how its language writes durations and times. */
export class Wording {
  readonly messages: BannerMessages;
  /** BCP 47 tag, with the region of the page's own where that has one: a German page of Switzerland is `de-CH`. */
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';

  /** @param tags language tags, the most wanted first */
  constructor(tags: Iterable<string>, replaced: BannerMessagesInput) {
    const { language, tag } = chooseLanguage(tags);
    this.messages = mergeMessages(language.messages, replaced);
    this.lang = tag;
    this.dir = language.dir ?? 'ltr';
  }

  /** The text with a duration in words: seconds below 100, then whole minutes. The plural is the language's own. */
  withDuration(text: string, seconds: number): string {
    const [count, unit] = seconds < 100 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute'];
    const format = new Intl.NumberFormat(this.lang, { style: 'unit', unit, unitDisplay: 'long' });
    return withTime(text, format.format(count));
  }

  /** The text with the time of day, to the second, of a moment in milliseconds since the epoch. */
  withTimeOfDay(text: string, moment: number): string {
    return withTime(text, new Intl.DateTimeFormat(this.lang, { timeStyle: 'medium' }).format(moment));
  }

  /** Sentences one after the other; those that are not there are left out. */
  joined(...sentences: (string | undefined)[]): string {
    // Japanese and Chinese put no space after their full stop.
    return sentences.filter(Boolean).join(' ').replaceAll('。 ', '。');
  }
}

function withTime(text: string, time: string): string {
  return text.replace('{time}', () => time);
}
