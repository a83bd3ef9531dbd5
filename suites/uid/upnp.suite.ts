import { defineClause } from '../hooks.js';

await defineClause('uid', 'upnp');
