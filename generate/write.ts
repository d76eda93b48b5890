import { readFileSync, writeFileSync } from 'node:fs';
import { OUTPUTS } from './outputs.js';

for (const [path, make] of OUTPUTS) writeFileSync(path, make(readFileSync(path, 'utf8')));
