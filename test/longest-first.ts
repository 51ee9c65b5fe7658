import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose files take the longest: whole processes, browsers, wires in real time. */
const longFolders = ['test/system/', 'test/web/', 'test/edge/bus/', 'test/gateway/cli/', 'test/simulators/'];

/** Starts the long files first, so that no worker is left with one when the others have ended. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (longFolders.some((folder) => moduleId.includes(folder)) ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
