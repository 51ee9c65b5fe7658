import { describe, expect, test } from 'vitest';
import { csvText } from '../../../../gateway/feeds/parking/csv.ts';
import { lotsGeoJson } from '../../../../gateway/feeds/parking/geojson.ts';
import { seoulParkingInfo } from '../../../../gateway/feeds/parking/seoul.ts';
import { standardParkingCsv, standardParkingJson } from '../../../../gateway/feeds/parking/standard-parking.ts';
import { standardResidentCsv, standardResidentJson } from '../../../../gateway/feeds/parking/standard-resident.ts';
import { freeLot, golden, now, publicLot, residentLot, viewOf } from './lots.ts';

const view = viewOf(publicLot, ['free', 'occupied', 'unknown', 'closed']);
const pretty = (text: string) => JSON.stringify(JSON.parse(text), null, 1);

describe('golden files', () => {
  test('전국주차장정보표준데이터 as CSV: mark, order of columns, quotes, CRLF; residents are not in it', () => {
    expect(standardParkingCsv([publicLot, residentLot, freeLot])).toBe(golden('parking.csv'));
  });

  test('전국주차장정보표준데이터 as JSON: the keys of the open API, misspellings kept, all values texts', () => {
    expect(JSON.stringify(standardParkingJson([publicLot]), null, 1)).toBe(pretty(golden('parking.json')));
  });

  test('전국거주자우선주차정보표준데이터 as CSV: one row a space, nothing live', () => {
    expect(standardResidentCsv([publicLot, residentLot])).toBe(golden('resident.csv'));
  });

  test('the same as JSON: fields and records, all values texts', () => {
    const { fields, records } = standardResidentJson([residentLot]);
    const [header = '', ...rows] = golden('resident.csv').slice(1).trimEnd().split('\r\n');
    expect(fields.map(({ id }) => id)).toEqual(header.split(','));
    expect(records.map((record) => Object.values(record).join(','))).toEqual(rows);
  });

  test('Seoul’s GetParkingInfo: cars parked, an unknown and a closed space counted as taken', () => {
    expect(JSON.stringify(seoulParkingInfo([view], now), null, 1)).toBe(pretty(golden('seoul.json')));
  });

  test('GeoJSON: longitude first, ring closed and counterclockwise though the corners came clockwise', () => {
    expect(JSON.stringify(lotsGeoJson([view], now), null, 1)).toBe(pretty(golden('lots.geojson')));
  });
});

test('a CSV field is quoted where it must be and nowhere else', () => {
  expect(
    csvText(
      ['a', 'b'],
      [
        ['x,y', 'say "no"'],
        ['two\nlines', ''],
      ],
    ),
  ).toBe('\uFEFFa,b\r\n"x,y","say ""no"""\r\n"two\nlines",\r\n');
});
