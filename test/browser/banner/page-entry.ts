import { arabic } from '../../../src/banner/languages/ar.js';
import { german } from '../../../src/banner/languages/de.js';
import { spanish } from '../../../src/banner/languages/es.js';
import { french } from '../../../src/banner/languages/fr.js';
import { japanese } from '../../../src/banner/languages/ja.js';
import { addBannerLanguages } from '../../../src/banner.js';

declare global {
  /** Adds the languages that the package has; until then the banner is English. */
  var addAllLanguages: () => void;
}

globalThis.addAllLanguages = () => addBannerLanguages(arabic, german, spanish, french, japanese);
