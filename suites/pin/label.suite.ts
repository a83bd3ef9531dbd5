import { defineClause } from '../hooks.js';

await defineClause('pin', 'label');
