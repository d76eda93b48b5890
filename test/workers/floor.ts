import { addFixedHeader } from './fixed-header.js';

// The benchmark's floor.
addFixedHeader();
