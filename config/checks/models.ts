import { join } from 'node:path';
import { say } from '../../contract/words/check/said.ts';
import type { Finding } from '../files/problem.ts';
import { valueAt } from '../files/schema-walk.ts';
import { modelPath, modelProblem, mostModelBytes } from '../model/model-file.ts';
import type { PartialSite } from './partial-site.ts';

/** Models of buildings that cannot be shown. A picture is missing then and nothing else, so these are warnings. */
export function modelFindings(value: unknown, { buildings }: PartialSite, folder: string): Finding[] {
  return buildings.flatMap((building) => {
    const path = [...building.path, 'model', 'file'];
    const named = valueAt(value, path);
    if (typeof named !== 'string' || !modelPath.test(named)) return [];
    const file = join(folder, named);
    const why = modelProblem(file);
    if (why === null) return [];
    const said = say({ code: 'model-file', file, why, mostMb: mostModelBytes / 1e6 });
    return [{ path, ...said, severity: 'warning' as const }];
  });
}
