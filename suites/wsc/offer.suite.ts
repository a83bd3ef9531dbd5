import { defineClause } from '../hooks.js';

await defineClause('wsc', 'offer');
