import type { FirstLists } from '../../contract/http/first-lists.ts';

/** What is asked for first, in the very words in which the gateway names it in the head of the page. */
export const firstLists: FirstLists = {
  sites: '/api/v1/sites',
  agents: '/api/v1/agents?limit=10000',
  devices: '/api/v1/devices?limit=10000',
  latest: '/api/v1/latest?limit=10000',
  buildings: '/api/v1/buildings',
  alerts: '/api/v1/alerts?state=open',
  lots: '/api/v1/lots',
  spaces: '/api/v1/spaces?limit=10000',
  maintenance: '/api/v1/maintenance',
};
