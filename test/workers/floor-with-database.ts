import { addKeptToken } from './kept-token.js';

addKeptToken(() => Promise.resolve());
