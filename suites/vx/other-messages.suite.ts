import { defineClause } from '../hooks.js';

await defineClause('vx', 'other-messages');
