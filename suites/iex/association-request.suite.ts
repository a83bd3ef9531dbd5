import { defineClause } from '../hooks.js';

await defineClause('iex', 'association-request');
