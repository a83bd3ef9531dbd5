import { defineClause } from '../hooks.js';

await defineClause('join', 'network');
