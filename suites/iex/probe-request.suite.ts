import { defineClause } from '../hooks.js';

await defineClause('iex', 'probe-request');
