import { defineClause } from '../hooks.js';

await defineClause('pin', 'm2d');
