/** `ATTACKS_SAMPLE=1 npm run test:attacks` leaves out what is slow: each weak deployment in all engines but one, and the whole Chromium. */
export const IS_SAMPLE = process.env.ATTACKS_SAMPLE === '1';
