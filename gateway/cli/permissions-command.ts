import { roles, scopes } from '../../contract/roles.ts';
import { routeName } from '../http/route.ts';
import { routes } from '../http/routes.ts';
import { type Actor, allRights, type Right, type RightName } from '../permissions.ts';
import { type Output, table } from './output.ts';

/** `jari permissions`: the table of rights, and below it where each applies. */
export function permissionTable(): Output {
  const actors: readonly Actor[] = ['anyone', 'agent', ...roles, ...scopes.map((scope): Actor => `token:${scope}`)];
  const rights = allRights();
  const grid = table(
    ['right', ...actors],
    rights.map(([name, right]) => [name, ...actors.map((actor) => markOf(right, actor))]),
  );
  const where = rights.map(([name, right]) => [`${name}: ${right.what}`, ...placesOf(name, right)].join('\n    '));
  return {
    text: `${grid}\n\n${where.join('\n')}`,
    json: { actors, rights: rights.map(([name, right]) => ({ name, ...right, http: routesUnder(name) })) },
  };
}

function markOf(right: Right, actor: Actor): string {
  return right.who.includes(actor) || right.who.includes('anyone') ? 'yes' : '-';
}

function placesOf(name: RightName, { publish = [], subscribe = [] }: Right): string[] {
  return [
    ...routesUnder(name),
    ...publish.map((kind) => `MQTT publish    ${kind}`),
    ...subscribe.map((kind) => `MQTT subscribe  ${kind}`),
  ];
}

function routesUnder(name: RightName): string[] {
  return routes.filter(({ right }) => right === name).map(routeName);
}
