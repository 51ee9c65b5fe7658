import { runCityRights } from './city-rights.ts';
import { runCitySoak } from './city-soak.ts';
import { runCityWaves } from './city-waves.ts';

/**
 * `npm run soak:city [-- [nats] kills [gateways [seed]]]`: ends with 1 when anything was lost or doubled. `nats`: three
 * nats-servers stand between, which are killed too; at the end all their files are deleted.
 * `npm run soak:city -- rights`: who may do what on a nats-server.
 * `npm run soak:city -- waves`: configuration in waves over three nats-servers, with kills.
 */
const args = process.argv.slice(2);
if (args[0] === 'rights') process.exitCode = (await runCityRights()) ? 0 : 1;
else if (args[0] === 'waves') process.exitCode = (await runCityWaves()) ? 0 : 1;
else {
  const servers = args[0] === 'nats' ? 3 : 0;
  const [kills = 20, gateways = 5, seed = 7] = args.slice(servers > 0 ? 1 : 0).map(Number);
  process.exitCode = (await runCitySoak({ servers, kills, gateways, seed })) ? 0 : 1;
}
