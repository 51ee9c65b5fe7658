/**
 * What a building is watched for: a closed list, so that each hazard is known to have its guideline, its words and its
 * place in CAP. A rule names one of these.
 *
 * | hazard | what is seen |
 * |---|---|
 * | fire | smoke, heat, a fire panel's contact |
 * | gas | combustible gas, %LEL |
 * | co | carbon monoxide, ppm over time |
 * | flood | water where none belongs, a level that rises |
 * | collapse | tilt, crack, settlement |
 * | vibration | a blow, works nearby, traffic (PPV) |
 * | earthquake | an earthquake, from outside or the building's own sensors |
 * | power | mains lost, batteries going down |
 * | entrance | a fire door, way out or entrance held open or blocked |
 * | equipment | a sensor, line, panel or siren that is ill, silent or switched off |
 * | sos | somebody called for help |
 */
export const hazards = [
  'fire',
  'gas',
  'co',
  'flood',
  'collapse',
  'vibration',
  'earthquake',
  'power',
  'entrance',
  'equipment',
  'sos',
] as const;

export type Hazard = (typeof hazards)[number];

/** Levels of an alert, rising. The words are those of the national crisis levels, used as the facility's own. */
export const levels = ['관심', '주의', '경계', '심각'] as const;

export type Level = (typeof levels)[number];
