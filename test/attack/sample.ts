/**
 * `ATTACKS_SAMPLE=1 npm run test:attacks` leaves out what is slow: each attack in one of Firefox and WebKit, two thirds of the weak deployments, the others in all
 * engines but one, and the whole Chromium.
 */
export const IS_SAMPLE = process.env.ATTACKS_SAMPLE === '1';
