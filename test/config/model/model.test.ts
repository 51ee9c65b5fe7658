import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSite } from '../../../config/load-site.ts';
import { runModelConvert } from '../../../config/model/convert-command.ts';
import { extentOf, glbLength, writeGlb } from '../../../config/model/glb.ts';
import { trianglesOfIfc } from '../../../config/model/ifc.ts';
import { modelPath, modelProblem, mostModelBytes } from '../../../config/model/model-file.ts';
import { siteOf } from '../../../web/pages/buildings/twin/axes.ts';
import { tempDir } from '../../temp.ts';
import { goodSite } from '../site-text.ts';

/** A box of 4 m east, 2 m north and 3 m up whose corner is at `corner`, in the unit that a metre has `perMetre` of. */
function boxIfc(perMetre: number, prefix: string, corner: readonly [number, number, number] = [0, 0, 0]): Buffer {
  const of = (...metres: number[]) => metres.map((each) => (each * perMetre).toFixed(3)).join(',');
  return Buffer.from(`ISO-10303-21;
HEADER;
FILE_DESCRIPTION((''),'2;1');
FILE_NAME('box.ifc','2026-01-01T00:00:00',(''),(''),'','','');
FILE_SCHEMA(('IFC4'));
ENDSEC;
DATA;
#1=IFCSIUNIT(*,.LENGTHUNIT.,${prefix},.METRE.);
#2=IFCUNITASSIGNMENT((#1));
#3=IFCCARTESIANPOINT((${of(...corner)}));
#4=IFCAXIS2PLACEMENT3D(#3,$,$);
#5=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#16,$);
#6=IFCPROJECT('0000000000000000000001',$,'p',$,$,$,$,(#5),#2);
#7=IFCCARTESIANPOINT((${of(2, 1)}));
#8=IFCAXIS2PLACEMENT2D(#7,$);
#9=IFCRECTANGLEPROFILEDEF(.AREA.,$,#8,${of(4)},${of(2)});
#10=IFCDIRECTION((0.,0.,1.));
#11=IFCEXTRUDEDAREASOLID(#9,#16,#10,${of(3)});
#12=IFCSHAPEREPRESENTATION(#5,'Body','SweptSolid',(#11));
#13=IFCPRODUCTDEFINITIONSHAPE($,$,(#12));
#14=IFCLOCALPLACEMENT($,#4);
#15=IFCBUILDINGELEMENTPROXY('0000000000000000000002',$,'box',$,$,#14,#13,$,$);
#16=IFCAXIS2PLACEMENT3D(#17,$,$);
#17=IFCCARTESIANPOINT((0.,0.,0.));
ENDSEC;
END-ISO-10303-21;
`);
}

/** From where to where it stands on the site: east, north, up. */
function extentOnSite(corners: Float32Array): number[][] {
  const points = Array.from({ length: corners.length / 3 }, (_, nth) => {
    const [x = 0, y = 0, z = 0] = corners.subarray(nth * 3, nth * 3 + 3);
    return siteOf([x, y, z]).map((metres) => Math.round(metres * 1000) / 1000);
  });
  return [0, 1, 2].map((axis) => {
    const all = points.map((point) => point[axis] ?? Number.NaN);
    return [Math.min(...all), Math.max(...all)];
  });
}

describe('a box of an IFC file', () => {
  test('stands at the corner of the building, however far from its own origin its file has it', async () => {
    const corner = [200_000, 450_000, 38] as const;
    const converted = await trianglesOfIfc(boxIfc(1, '$', corner), corner);
    if (!converted.ok) throw new Error(converted.why);
    expect(extentOnSite(converted.triangles.corners)).toEqual([
      [0, 4],
      [0, 2],
      [0, 3],
    ]);
    expect(converted.triangles.indexes).toHaveLength(36);
  });

  test('is a file that says so itself, in metres where it was in millimetres, and none is written over another', async () => {
    const dir = tempDir();
    const [from, to] = [join(dir, 'box.ifc'), join(dir, 'box.glb')];
    writeFileSync(from, boxIfc(1000, '.MILLI.'));
    const { json } = await runModelConvert({ from, to, language: 'en' });
    expect(json).toMatchObject({ triangles: 12, size: { east: 4, north: 2, up: 3 } });
    expect(modelProblem(to)).toBeNull();
    const written = readFileSync(to);
    expect(glbLength(written)).toBe(written.length);
    const { accessors } = JSON.parse(written.subarray(20, 20 + written.readUInt32LE(12)).toString());
    const [{ min, max }] = accessors;
    expect(extentOnSite(Float32Array.of(...min, ...max))).toEqual([
      [0, 4],
      [0, 2],
      [0, 3],
    ]);
    await expect(runModelConvert({ from, to, language: 'en' })).rejects.toThrow('never overwritten');
  });

  test.each([
    ['text', Buffer.from('no model'), 'not-ifc'],
    ['a file that breaks off in its head', boxIfc(1, '$').subarray(0, 60), 'not-ifc'],
    ['nothing', Buffer.alloc(0), 'not-ifc'],
    [
      'a file without shapes',
      Buffer.from(
        boxIfc(1, '$')
          .toString()
          .replace(/^#15=.*$/m, ''),
      ),
      'no-shape',
    ],
  ] as const)('is not made of %s', async (_, bytes, why) => {
    expect(await trianglesOfIfc(bytes, [0, 0, 0])).toEqual({ ok: false, why });
  });

  test.each(['1,2', '1,2,3,4', 'a,b,c', '1,,2'])('is not put at a corner of %s', async (at) => {
    const asked = { from: '/nowhere.ifc', to: '/nowhere.glb', language: 'en' } as const;
    await expect(runModelConvert({ ...asked, at })).rejects.toThrow('three numbers');
    await expect(runModelConvert(asked)).rejects.toThrow('ENOENT');
  });
});

describe('the model that a site file names', () => {
  const triangle = { corners: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0), indexes: Uint32Array.of(0, 1, 2) };
  const glb = writeGlb(triangle, 'test');

  test.each([
    ['missing', null, 'missing'],
    ['another kind of file', Buffer.from('%PDF-1.7 and so on'), 'not-glb'],
    ['cut off', glb.subarray(0, -1), 'short'],
    ['whole', glb, null],
  ] as const)('is warned of when it is %s, and the site loads all the same', (_, bytes, why) => {
    const dir = tempDir();
    if (bytes !== null) writeFileSync(join(dir, 'hanbit.glb'), bytes);
    const site = goodSite.replace('{ id: house,', '{ id: house, model: { file: hanbit.glb },');
    writeFileSync(join(dir, 'site.yaml'), site);
    const loaded = loadSite(join(dir, 'site.yaml'));
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    expect(loaded.warnings.flatMap(({ reason }) => (reason?.code === 'model-file' ? [reason.why] : []))).toEqual(
      why === null ? [] : [why],
    );
    expect(loaded.site.buildings[0]?.model).toBe(join(dir, 'hanbit.glb'));
  });

  test('is too large for a phone beyond 30 MB', () => {
    const file = join(tempDir(), 'hanbit.glb');
    writeFileSync(file, glb);
    truncateSync(file, mostModelBytes + 1);
    expect(modelProblem(file)).toBe('too-large');
  });

  test.each([
    ['hanbit.glb', true],
    ['models/hanbit.glb', true],
    ['../hanbit.glb', false],
    ['models/../../hanbit.glb', false],
    ['/etc/hanbit.glb', false],
    ['.secret/hanbit.glb', false],
    ['a\\b.glb', false],
    ['gateway.key', false],
  ])('at %s is let in: %s', (file, isLetIn) => expect(modelPath.test(file)).toBe(isLetIn));

  test('has the extent of its corners', () => {
    expect(extentOf(triangle.corners)).toEqual({ min: [0, 0, 0], max: [1, 1, 0] });
  });
});
