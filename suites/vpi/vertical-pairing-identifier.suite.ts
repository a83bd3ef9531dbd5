import { defineClause } from '../hooks.js';

await defineClause('vpi', 'vertical-pairing-identifier');
