import { runCitySoak } from './city-soak.ts';

/** `npm run soak:city [-- kills [gateways [seed]]]`: ends with 1 when anything was lost or doubled. */
const [kills = 20, gateways = 5, seed = 7] = process.argv.slice(2).map(Number);
process.exitCode = (await runCitySoak({ kills, gateways, seed })) ? 0 : 1;
