import { z } from 'zod';
import { buildingCategories } from '../../contract/building-categories.ts';
import { buildingIdSchema, deviceIdSchema, pointRefSchema } from '../../contract/ids.ts';
import { refused, text } from '../../contract/words/check/said.ts';
import { locationSchema } from '../lots/lot.ts';
import { textSchema } from '../lots/provenance.ts';
import { modelPath } from '../model/model-file.ts';
import { ruleFileSchema } from './rule-file.ts';

/** A building as the site file has it. Every key but id and name may be left out. */

const line = (what: string) => z.string().trim().min(1).max(300).optional().describe(what);
const partId = (what: string) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, text({ code: 'id-form', begins: false }))
    .describe(`the ${what}'s id, unique in its building`);
const metres = (what: string) => z.number().min(-500).max(1000).describe(`${what}, metres`);
const corner = z.tuple([z.number(), z.number()]);

const storeySchema = z.strictObject({
  id: partId('storey'),
  name: textSchema,
  elevation: metres('its floor above the ground in front of the building'),
  height: z.number().positive().max(50).default(3).describe('floor to floor, metres'),
  outline: z
    .array(corner)
    .min(3)
    .optional()
    .describe('its corners, [x, y] in metres east and north of the building’s corner; those of the storey before'),
});

export const placeSchema = z
  .strictObject({
    device: deviceIdSchema.optional().describe('a device, with all its points'),
    point: pointRefSchema.optional().describe('or one point, as device/point'),
    storey: z.string().optional().describe('the id of a storey of this building'),
    zone: z.string().min(1).max(63).optional().describe('a fire compartment or room; the storey if not given'),
    at: corner.optional().describe('[x, y]: metres east and north of the building’s corner'),
    height: metres('above its floor').optional(),
    name: textSchema.optional().describe('what people call the place'),
  })
  .refine(
    ({ device, point }) => (device === undefined) !== (point === undefined),
    refused({ code: 'device-or-point' }),
  );

export const buildingFileSchema = z.strictObject({
  id: buildingIdSchema.describe("the building's id, unique in the site"),
  name: textSchema,
  location: locationSchema.optional().describe('WGS 84: { lat: 37.48, lon: 127.01 }'),
  outline: z.array(locationSchema).min(3).optional().describe('its corners on the map; the first is not repeated'),
  address: z.strictObject({ road: line('도로명주소'), parcel: line('지번주소') }).optional(),
  built: z.int().min(1300).max(2200).optional().describe('the year it was finished'),
  grade: z.enum(['A', 'B', 'C', 'D', 'E']).optional().describe('its safety grade, as an inspector gave it'),
  category: z
    .enum(buildingCategories)
    .optional()
    .describe('what it is used for, in a word of Smart Data Models: apartments, commercial, office, parking, public …'),
  occupants: z.int().min(0).optional().describe('about how many people are inside by day'),
  storeys: z.array(storeySchema).default([]).describe('its storeys, the lowest first'),
  places: z.array(placeSchema).default([]).describe('which devices or points belong to it, and where they are'),
  rules: z.array(ruleFileSchema).default([]).describe('what it is watched for: [{ use: fire-smoke }, …]'),
  model: z
    .strictObject({
      file: z
        .string()
        .regex(modelPath, text({ code: 'model-path' }))
        .describe('a glTF binary (.glb) in the folder of the site file or below; jari model convert makes one of IFC'),
    })
    .optional()
    .describe('a model of the building, in metres, that the page draws behind its sensors'),
  forecast: z
    .strictObject({
      temperature: pointRefSchema
        .optional()
        .describe('the temperature that explains tilt and cracks, as device/point; else the nearest air temperature'),
    })
    .optional()
    .describe('how the movement of its structure is forecast'),
});

export type BuildingFile = z.output<typeof buildingFileSchema>;
export type PlaceFile = BuildingFile['places'][number];

/** Roles besides those of the gateway's accounts; the file names roles, never people. */
export const rolesSchema = z
  .record(partId('role'), textSchema)
  .default({})
  .describe('roles of this site that rules name, such as { duty: { ko: 당직자, en: Duty officer } }');
