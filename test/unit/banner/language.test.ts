import { describe, expect, test } from 'vitest';
import { addBannerLanguages, type BannerLanguage, chooseLanguage } from '../../../src/banner/language.js';
import { arabic } from '../../../src/banner/languages/ar.js';
import { german } from '../../../src/banner/languages/de.js';
import { english } from '../../../src/banner/languages/en.js';
import { spanish } from '../../../src/banner/languages/es.js';
import { french } from '../../../src/banner/languages/fr.js';
import { japanese } from '../../../src/banner/languages/ja.js';
import { Wording } from '../../../src/banner/wording.js';

const SHIPPED = [german, french, spanish, japanese, arabic];
const texts = ({ messages: { problems, ...others } }: BannerLanguage) =>
  new Map(Object.entries({ ...others, ...problems }));
const placeholders = (text: string) => text.match(/{\w*}/g) ?? [];
const italian = (change: object = {}): BannerLanguage => ({
  lang: 'it',
  messages: { ...english.messages, signedOut: 'Accesso non effettuato.', ...change },
});
const chosen = (...tags: string[]) => chooseLanguage(tags).language.lang;

describe.each(SHIPPED.map((language) => [language.lang, language] as const))('%s', (_, language) => {
  test('has every text, with the placeholders of the English one', () => {
    expect([...texts(language).keys()]).toEqual([...texts(english).keys()]);
    for (const [name, text] of texts(english)) {
      const own = texts(language).get(name) ?? '';
      expect([name, placeholders(own)]).toEqual([name, placeholders(text)]);
      expect([name, own.trim()]).toEqual([name, own]);
      expect([name, own]).not.toEqual([name, '']);
    }
  });

  test('has no text that was left in English', () => {
    const same = [...texts(language)].filter(([name, text]) => texts(english).get(name) === text);
    expect(same).toEqual([]);
  });

  test('says whole sentences, and labels without a full stop', () => {
    for (const [name, text] of texts(language)) {
      const isLabel = name.endsWith('Action') || name === 'label';
      expect([name, /[.…。]$/.test(text)]).toEqual([name, !isLabel]);
    }
  });

  test('speaks of nothing that only a developer knows', () => {
    const all = [...texts(language).values()].join(' ');
    expect(all).not.toMatch(/token|worker|server|oauth|トークン|サーバー|رمز|خادم|jeton|ficha/i);
  });
});

describe('the language of a banner', () => {
  test('is English until another one was added, and the closest that was added from then on', () => {
    expect(chosen('sv', 'it')).toBe('en');
    addBannerLanguages(italian());
    expect(chosen('sv', 'it')).toBe('it');
    expect(chosen('it', 'en')).toBe('it');
    expect(chosen('en-GB', 'it')).toBe('en');
    expect(chosen()).toBe('en');
  });

  test.each([
    ['de-CH', 'de', 'de-CH'],
    ['DE-at', 'de', 'de-AT'],
    ['de-x', 'de', 'de'],
    ['den', 'en', 'en'],
    ['de_DE', 'en', 'en'],
  ])('%s: %s, written as %s', (tag, lang, written) => {
    addBannerLanguages(german);
    const choice = chooseLanguage([tag]);
    expect([choice.language.lang, choice.tag]).toEqual([lang, written]);
  });

  test.each<[string, BannerLanguage]>([
    ['"it_IT" is not a language tag', { ...italian(), lang: 'it_IT' }],
    ['"it": there is no text "signdOut"', italian({ signdOut: 'x' })],
    [
      '"it": there is no text "problems.idle"',
      italian({ problems: { ...english.messages.problems, idle: 'x' } }),
    ],
    ['"it": the text "ended" has to be a string', italian({ ended: () => 'x' })],
    [
      '"it": the text "nextAttempt" has no placeholder {seconds}',
      italian({ nextAttempt: 'Fra {seconds} s' }),
    ],
    ['"it": the text "ended" has no placeholder {time}', italian({ ended: 'Finita alle {time}.' })],
    ['"it" lacks the text "problems.idle_limit_near"', italian({ problems: {} })],
  ])('%s: refused, and nothing of it is added', (message, language) => {
    const before = chooseLanguage(['fr', 'it']).language;
    expect(() => addBannerLanguages({ ...french, lang: 'fr' }, language)).toThrow(message);
    expect(chooseLanguage(['fr', 'it']).language).toBe(before);
  });
});

describe('durations and times of day', () => {
  addBannerLanguages(...SHIPPED);
  const at = (tag: string) => new Wording([tag], {});
  const left = (tag: string, seconds: number) => {
    const wording = at(tag);
    return wording.withDuration(wording.messages.timeLeft, seconds);
  };

  test.each([
    ['en', 1, '1 second left.'],
    ['en', 99, '99 seconds left.'],
    ['en', 119, '2 minutes left.'],
    ['de', 60, 'Noch 60 Sekunden.'],
    ['de-CH', 1, 'Noch 1 Sekunde.'],
    ['es', 1, 'Tiempo restante: 1 segundo.'],
    ['ja', 120, '残り時間は 2 分です。'],
    ['ar', 1, 'الوقت المتبقي: ثانية.'],
    ['ar', 2, 'الوقت المتبقي: ثانيتان.'],
    ['ar', 11, 'الوقت المتبقي: 11 ثانية.'],
    ['ar-EG', 11, 'الوقت المتبقي: ١١ ثانية.'],
  ])('%s: %i seconds', (tag, seconds, text) => {
    expect(left(tag, seconds)).toBe(text);
  });

  test('French, with its spaces that do not break', () => {
    expect(left('fr', 300).replaceAll(/\s/g, ' ')).toBe('Temps restant : 5 minutes.');
    expect(left('fr', 300)).toMatch(/restant\u00a0:/);
  });

  test.each([
    ['en-GB', 'The session ends at 13:05:40.'],
    ['de', 'Die Sitzung endet um 13:05:40 Uhr.'],
    ['ja', '13:05:40にログアウトされます。'],
  ])('%s: %s', (tag, text) => {
    const wording = at(tag);
    const moment = new Date(2026, 10, 23, 13, 5, 40).getTime();
    expect(wording.withTimeOfDay(wording.messages.endsAt, moment)).toBe(text);
  });

  test('sentences stand one after the other as the language writes them', () => {
    expect(at('en').joined('One.', undefined, 'Two.')).toBe('One. Two.');
    expect(at('ja').joined('一つ目です。', '二つ目です。')).toBe('一つ目です。二つ目です。');
  });

  test('Arabic is written from the right, all others from the left', () => {
    const fromTheRight = SHIPPED.filter(({ lang }) => at(lang).dir === 'rtl');
    expect(fromTheRight).toEqual([arabic]);
  });
});
