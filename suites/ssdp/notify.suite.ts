import { defineClause } from '../hooks.js';

await defineClause('ssdp', 'notify');
